import type { RequestTemplate } from './jobs.ts';

const json = 'application/json';

/** A pod of about 2 KB as sent: what a Deployment's pods look like, environment and all. `name` may hold placeholders. */
export function podText(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: {
        app: 'bench',
        'app.kubernetes.io/name': 'bench',
        'pod-template-hash': '5d8f7c9b6',
        ...labels,
      },
      annotations: {
        'example.com/checksum': 'c'.repeat(64),
        'example.com/notes': 'The quick brown fox jumps over the lazy dog. '.repeat(12),
      },
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'registry.example.com/team/app:1.2.3',
          args: ['--listen=:8080', '--verbose', '--config=/etc/app/config.yaml'],
          env: Array.from({ length: 8 }, (_, i) => ({
            name: `SETTING_${i}`,
            value: `value-of-setting-${i}`,
          })),
          ports: [
            { name: 'http', containerPort: 8080 },
            { name: 'metrics', containerPort: 9090 },
          ],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '256Mi' } },
          livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 },
          readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5 },
          volumeMounts: [{ name: 'config', mountPath: '/etc/app', readOnly: true }],
        },
      ],
      volumes: [{ name: 'config', configMap: { name: 'app-config' } }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      terminationGracePeriodSeconds: 30,
    },
  });
}

export const podsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

export const createPod = (namespace: string, name: string): RequestTemplate => ({
  method: 'POST',
  path: podsPath(namespace),
  body: podText(name),
  contentType: json,
});

/** A PUT of the whole object that changes one label to `{n}`. */
export const updatePod = (namespace: string, name: string): RequestTemplate => ({
  method: 'PUT',
  path: `${podsPath(namespace)}/${name}`,
  body: podText(name, { turn: '{n}' }),
  contentType: json,
});

export const mergePatchPod = (namespace: string, name: string): RequestTemplate => ({
  method: 'PATCH',
  path: `${podsPath(namespace)}/${name}`,
  body: JSON.stringify({ metadata: { labels: { turn: 'patched-{n}' } } }),
  contentType: 'application/merge-patch+json',
});
