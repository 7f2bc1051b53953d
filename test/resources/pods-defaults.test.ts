import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IPod, IPodTemplateSpec } from 'kubernetes-models/v1';
import { defaultImagePullPolicy } from '../../src/resources/validation/image-pull-policy.ts';
import { defaultPod, defaultPodTemplate } from '../../src/resources/validation/pods-defaults.ts';

const podOf = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', spec }) as unknown as IPod;
function defaulted(spec: object) {
  const pod = podOf(spec);
  defaultPod(pod);
  return pod.spec!;
}

test('a bare template gets what every pod spec has', () => {
  const template: IPodTemplateSpec = { spec: { containers: [{ name: 'a', image: 'nginx' }] } };
  defaultPodTemplate(template);
  assert.deepEqual(template.spec, {
    containers: [
      {
        name: 'a',
        image: 'nginx',
        imagePullPolicy: 'Always',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  });
  const once = structuredClone(template);
  defaultPodTemplate(template);
  assert.deepEqual(template, once);
});

test('images that move are pulled always', () => {
  const cases: Record<string, string> = {
    // What is no reference has no tag.
    'not an image': 'IfNotPresent',
    Upper: 'IfNotPresent',
    'registry.example.com/Upper': 'IfNotPresent',
    nginx: 'Always',
    'nginx:latest': 'Always',
    'nginx:1.27': 'IfNotPresent',
    'localhost:5000/nginx': 'Always',
    'localhost:5000/nginx:1': 'IfNotPresent',
    [`nginx@sha256:${'a1'.repeat(32)}`]: 'IfNotPresent',
    [`nginx:latest@sha256:${'a1'.repeat(32)}`]: 'Always',
  };
  for (const [image, policy] of Object.entries(cases))
    assert.equal(defaultImagePullPolicy(image), policy, image);
});

test('what only pods get', () => {
  const spec = defaulted({
    hostNetwork: true,
    serviceAccount: 'old',
    containers: [
      {
        name: 'a',
        image: 'a:1',
        ports: [{ containerPort: 80 }],
        resources: { limits: { cpu: '100001u', memory: '1Gi' }, requests: { memory: '1Mi' } },
      },
    ],
  });
  assert.equal(spec.enableServiceLinks, true);
  assert.equal(spec.serviceAccountName, 'old');
  assert.deepEqual(spec.containers[0]!.ports, [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  assert.deepEqual(spec.containers[0]!.resources, {
    limits: { cpu: '101m', memory: '1Gi' },
    requests: { memory: '1Mi', cpu: '101m' },
  });
});

test('resources of the pod as a whole are completed', () => {
  const spec = defaulted({
    resources: { limits: { cpu: 4, memory: '2Gi' } },
    containers: [
      { name: 'a', image: 'a:1', resources: { requests: { cpu: 1 } } },
      { name: 'b', image: 'b:1', resources: { requests: { cpu: 1 } } },
    ],
    initContainers: [{ name: 'i', image: 'i:1', resources: { requests: { cpu: 3 } } }],
  });
  assert.deepEqual(spec.resources, {
    limits: { cpu: 4, memory: '2Gi' },
    requests: { cpu: '3', memory: '2Gi' },
  });
});

test('volumes, variables and probes', () => {
  const spec = defaulted({
    volumes: [
      { name: 'none' },
      { name: 'secret', secret: { secretName: 's' } },
      {
        name: 'all',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token' } },
            { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
      { name: 'host', hostPath: { path: '/x' } },
    ],
    containers: [
      {
        name: 'a',
        image: 'a:1',
        env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        livenessProbe: { httpGet: { port: 80 } },
        readinessProbe: { grpc: { port: 80 }, periodSeconds: 3 },
      },
    ],
  });
  assert.deepEqual(spec.volumes, [
    { name: 'none', emptyDir: {} },
    { name: 'secret', secret: { secretName: 's', defaultMode: 420 } },
    {
      name: 'all',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
          {
            downwardAPI: {
              items: [{ path: 'x', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }],
            },
          },
        ],
        defaultMode: 420,
      },
    },
    { name: 'host', hostPath: { path: '/x', type: '' } },
  ]);
  const [container] = spec.containers;
  assert.equal(container!.env![0]!.valueFrom!.fieldRef!.apiVersion, 'v1');
  const counts = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  assert.deepEqual(container!.livenessProbe, { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, ...counts });
  assert.deepEqual(container!.readinessProbe, {
    grpc: { port: 80, service: '' },
    ...counts,
    periodSeconds: 3,
  });
});
