import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IContainer, IPod, IPodSpec, IVolume } from 'kubernetes-models/v1';
import { FieldPath } from '../../src/apimachinery/field-error.ts';
import { cloneJson } from '../../src/apimachinery/object.ts';
import { validatePodCreate, validatePodTemplateSpec } from '../../src/resources/validation/pod-spec.ts';
import { defaultPod, defaultPodTemplate } from '../../src/resources/validation/pods-defaults.ts';

const web = (more: Partial<IContainer> = {}): IContainer => ({ name: 'web', image: 'nginx', ...more });
const podWith = (spec: Partial<IPodSpec>, annotations = {}): IPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', annotations },
  spec: { containers: [web()], ...spec },
});

function findings(pod: IPod): string[] {
  const copy = cloneJson(pod);
  defaultPod(copy);
  return validatePodCreate(copy).map(({ field, message }) => `${field}: ${message}`);
}

const onContainer = (more: Partial<IContainer>) => findings(podWith({ containers: [web(more)] }));
const onVolume = (volume: object) => findings(podWith({ volumes: [{ name: 'v', ...volume } as IVolume] }));

function check(cases: readonly (readonly [string[], ...string[]])[]): void {
  for (const [found, ...expected] of cases) assert.deepEqual(found, expected);
}

const bad = (value: unknown) => value as never;

test('a pod needs containers that are named, have an image and differ', () => {
  const label =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  check([
    [findings(podWith({}))],
    [findings({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }), 'spec.containers: Required value'],
    [findings(podWith({ containers: [bad({ name: 'web' })] })), 'spec.containers[0].image: Required value'],
    [findings(podWith({ containers: [bad({ image: 'x' })] })), 'spec.containers[0].name: Required value'],
    [onContainer({ name: 'A' }), `spec.containers[0].name: Invalid value: "A": ${label}`],
    [findings(podWith({ containers: [web(), web()] })), 'spec.containers[1].name: Duplicate value: "web"'],
    [findings(podWith({ initContainers: [web()] })), 'spec.initContainers[0].name: Duplicate value: "web"'],
    [
      onContainer({ image: ' nginx' }),
      'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    ],
    [
      onContainer({ imagePullPolicy: bad('Sometimes') }),
      'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ]);
});

test('ports of containers', () => {
  const port = 'spec.containers[0].ports[0]';
  check([
    [onContainer({ ports: [{ containerPort: 80, name: 'http' }] })],
    [
      onContainer({ ports: [{ containerPort: 80, protocol: bad('X') }] }),
      `${port}.protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"`,
    ],
    [onContainer({ ports: [bad({})] }), `${port}.containerPort: Required value`],
    [
      onContainer({ ports: [{ containerPort: 70000 }] }),
      `${port}.containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive`,
    ],
    [
      onContainer({
        ports: [
          { containerPort: 80, name: 'a' },
          { containerPort: 81, name: 'a' },
        ],
      }),
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ],
    [
      findings(
        podWith({
          containers: [
            web({ ports: [{ containerPort: 80, hostPort: 80 }] }),
            web({ name: 'b', ports: [{ containerPort: 81, hostPort: 80 }] }),
          ],
        }),
      ),
      'spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"',
    ],
    [
      findings(
        podWith({ hostNetwork: true, containers: [web({ ports: [{ containerPort: 80, hostPort: 81 }] })] }),
      ),
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
  ]);
});

test('environment variables', () => {
  const env = 'spec.containers[0].env[0]';
  check([
    [onContainer({ env: [{ name: 'A B', value: '' }, { name: '1' }] })],
    [onContainer({ env: [bad({ value: 'x' })] }), `${env}.name: Required value`],
    [
      onContainer({ env: [{ name: 'A=B' }] }),
      `${env}.name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ],
    [
      onContainer({
        env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      }),
      `${env}.valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
    ],
    [onContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } }] })],
    [
      onContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } }] }),
      `${env}.valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": error converting fieldPath: field label not supported: spec.nope`,
    ],
    [
      onContainer({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.disk' } } }] }),
      `${env}.valueFrom.resourceFieldRef.resource: Unsupported value: "limits.disk": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"`,
    ],
    [
      onContainer({ env: [{ name: 'A', valueFrom: { secretKeyRef: bad({ name: 's' }) } }] }),
      `${env}.valueFrom.secretKeyRef.key: Required value`,
    ],
    [
      onContainer({ envFrom: [{}] }),
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ],
  ]);
});

test('volumes and their mounts', () => {
  const emptyDirs = {
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
    ],
  };
  const mounted = (mounts: object[], more: Partial<IContainer> = {}) =>
    findings(podWith({ ...emptyDirs, containers: [web({ volumeMounts: bad(mounts), ...more })] }));
  check([
    [
      mounted([
        { name: 'data', mountPath: '/a' },
        { name: 'data', mountPath: '/b' },
      ]),
    ],
    [
      mounted([{ name: 'gone', mountPath: '/a' }]),
      'spec.containers[0].volumeMounts[0].name: Not found: "gone"',
    ],
    [
      mounted([
        { name: 'data', mountPath: '/a' },
        { name: 'claim', mountPath: '/a' },
      ]),
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
    ],
    [
      mounted([{ name: 'data', mountPath: '/a', mountPropagation: 'Bidirectional' }]),
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
    [
      mounted([{ name: 'data', mountPath: '/a', subPath: '../x' }]),
      `spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain '..'`,
    ],
    [
      mounted([], { volumeDevices: [{ name: 'data', devicePath: '/dev/a' }] }),
      'spec.containers[0].volumeDevices[0].name: Invalid value: "data": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
    ],
    [onVolume({})],
    [
      onVolume({ emptyDir: {}, hostPath: { path: '/x' } }),
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [onVolume({ configMap: {} }), 'spec.volumes[0].configMap.name: Required value'],
    [
      onVolume({ secret: { secretName: 's', defaultMode: 512 } }),
      'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    [
      onVolume({ nfs: { server: 's', path: 'x' } }),
      'spec.volumes[0].nfs.path: Invalid value: "x": must be an absolute path',
    ],
    [onVolume({ rbd: { monitors: ['m'] } }), 'spec.volumes[0].rbd.image: Required value'],
    [onVolume({ csi: {} }), 'spec.volumes[0].csi.driver: Required value'],
    [
      onVolume({ ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'] } } } }),
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
    [
      onVolume({
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { labels: { a: 'b' }, uid: '1', name: 'x' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      }),
      'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.uID: Forbidden: cannot be set',
    ],
    [
      onVolume({ projected: { sources: [{ secret: { name: 'a' }, configMap: { name: 'b' } }] } }),
      'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
    ],
    [
      onVolume({
        projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 1 } }] },
      }),
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
    ],
    [
      findings(
        podWith({
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'v', emptyDir: {} },
          ],
        }),
      ),
      'spec.volumes[1].name: Duplicate value: "v"',
    ],
  ]);
});

test('restart rules of init containers count when these say how they restart', () => {
  const restartPolicyRules = [{ action: 'Never' }];
  const of = (more: object) =>
    findings(podWith({ initContainers: [{ name: 'init', image: 'i', restartPolicyRules, ...more }] }));
  const required = 'Required value: must specify restartPolicy when restart rules are used';
  assert.deepEqual(of({}), [`spec.initContainers[0].restartPolicy: ${required}`]);
  assert.deepEqual(of({ restartPolicy: 'Never' }), [
    'spec.initContainers[0].restartPolicyRules[0].action: Unsupported value: "Never": supported values: "Restart", "RestartAllContainers"',
    'spec.initContainers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
  ]);
});

test('probes and hooks', () => {
  const probe = 'spec.containers[0].livenessProbe';
  check([
    [
      onContainer({
        livenessProbe: { httpGet: { port: 80 } },
        readinessProbe: { tcpSocket: { port: 'http' } },
      }),
    ],
    [onContainer({ livenessProbe: {} }), `${probe}: Required value: must specify a handler type`],
    [
      onContainer({ livenessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } }),
      `${probe}.tcpSocket: Forbidden: may not specify more than 1 handler type`,
    ],
    [
      onContainer({ livenessProbe: { grpc: { port: 0 }, successThreshold: 2 } }),
      `${probe}.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive`,
      `${probe}.successThreshold: Invalid value: 2: must be 1`,
    ],
    [
      onContainer({ livenessProbe: { exec: {}, periodSeconds: -1 } }),
      `${probe}.exec.command: Required value`,
      `${probe}.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [
      onContainer({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
    [
      onContainer({ lifecycle: { stopSignal: bad('SIGTERM') } }),
      'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`',
    ],
    [
      findings(
        podWith({ initContainers: [web({ name: 'i', livenessProbe: { exec: { command: ['a'] } } })] }),
      ),
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
    [
      findings(
        podWith({
          initContainers: [
            web({ name: 'i', restartPolicy: 'Always', livenessProbe: { exec: { command: ['a'] } } }),
          ],
        }),
      ),
    ],
  ]);
});

test('resources', () => {
  const path = 'spec.containers[0].resources';
  check([
    [
      onContainer({
        resources: { requests: { cpu: '100m' }, limits: { cpu: 1, memory: '1Gi', 'example.com/gpu': 2 } },
      }),
    ],
    [
      onContainer({ resources: { requests: { cpu: 2 }, limits: { cpu: 1 } } }),
      `${path}.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`,
    ],
    [
      onContainer({ resources: { limits: { memory: '-1' } } }),
      `${path}.limits[memory]: Invalid value: "-1": must be greater than or equal to 0`,
      `${path}.requests[memory]: Invalid value: "-1": must be greater than or equal to 0`,
    ],
    [
      onContainer({ resources: { limits: { 'example.com/gpu': '1500m' } } }),
      `${path}.limits[example.com/gpu]: Invalid value: "1500m": must be an integer`,
      `${path}.requests[example.com/gpu]: Invalid value: "1500m": must be an integer`,
    ],
    [
      onContainer({ resources: { requests: { 'example.com/gpu': 1 } } }),
      `${path}.limits: Required value: Limit must be set for non overcommitable resources`,
    ],
    [
      onContainer({ resources: { limits: { 'hugepages-2Mi': '2Mi' } } }),
      `${path}: Forbidden: HugePages require cpu or memory`,
    ],
    [
      onContainer({ resources: { limits: { disk: 1 }, requests: {} } }).slice(0, 2),
      `${path}.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified`,
      `${path}.limits[disk]: Invalid value: "disk": must be a standard resource for containers`,
    ],
    [
      onContainer({ resources: { claims: [{ name: 'c' }] } }),
      `${path}.claims[0]: Not found: "c": must be one of the names in pod.spec.resourceClaims which is empty`,
    ],
    [
      findings(
        podWith({
          resources: { requests: { cpu: 1 } },
          containers: [web({ resources: { requests: { cpu: 2 } } })],
        }),
      ),
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
  ]);
});

test('policies, names and scheduling', () => {
  check([
    [
      findings(podWith({ restartPolicy: bad('Maybe') })),
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      findings(podWith({ dnsPolicy: 'None' })),
      'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ],
    [
      findings(podWith({ activeDeadlineSeconds: 0 })),
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    [
      findings(podWith({ hostAliases: [{ ip: '300.1.1.1', hostnames: ['a'] }] })),
      'spec.hostAliases[0].ip: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      findings(podWith({ tolerations: [{ operator: 'Equal' }] })),
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
    [
      findings(
        podWith({
          tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }],
        }),
      ),
      `spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
    ],
    [
      findings(
        podWith({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: bad({}) } } }),
      ),
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      findings(
        podWith({
          topologySpreadConstraints: [
            { maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
          ],
        }),
      ),
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
    ],
    [
      findings(podWith({ schedulingGates: [{ name: 'a.io/g' }], nodeName: 'n' })),
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
    ],
    [
      findings(podWith({ os: { name: 'windows' }, securityContext: { runAsUser: 1 } })),
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    ],
    [
      onContainer({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      'spec.containers[0].securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
    [
      findings(podWith({ securityContext: { seccompProfile: { type: 'Localhost' } } })),
      'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ],
    [
      findings(podWith({ ephemeralContainers: [web({ name: 'debug' })] })),
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
    [
      findings(podWith({}, { 'kubernetes.io/config.mirror': 'x' })),
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
    ],
  ]);
});

test('templates are checked like pods, at their own path', () => {
  const path = FieldPath.of('spec', 'template');
  const template = { metadata: { labels: { 'a b': '' } }, spec: bad({ containers: [{ name: 'a' }] }) };
  defaultPodTemplate(template);
  assert.deepEqual(
    validatePodTemplateSpec(template, path).map(({ field }) => field),
    ['spec.template.labels', 'spec.template.spec.containers[0].image'],
  );
  const hostPorts = { spec: { hostNetwork: true, containers: [web({ ports: [{ containerPort: 80 }] })] } };
  defaultPodTemplate(hostPorts);
  assert.deepEqual(validatePodTemplateSpec(hostPorts, path), []);
});

test('ids of users and groups fit in 31 bits', () => {
  const range = 'must be between 0 and 2147483647, inclusive';
  check([
    [findings(podWith({ securityContext: { runAsUser: 2 ** 31 - 1 } }))],
    [
      findings(podWith({ securityContext: { runAsUser: 2 ** 31, fsGroup: -1 } })),
      `spec.securityContext.fsGroup: Invalid value: -1: ${range}`,
      `spec.securityContext.runAsUser: Invalid value: 2147483648: ${range}`,
    ],
  ]);
});
