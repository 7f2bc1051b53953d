import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { objectOf } from '../h1.ts';
import { assertStatus, type HostileServer } from '../server.ts';
import { type Case, configMaps, post, refused } from './case.ts';

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const map = (count: number, value: (i: number) => unknown = () => 'v', key = (i: number) => `k${i}`) =>
  Object.fromEntries(many(count, (i) => [key(i), value(i)]));

const pods = '/api/v1/namespaces/default/pods?dryRun=All';
const container = { name: 'c', image: 'i' };
const pod = (spec: object, containers: object[] = [container]) => ({
  metadata: { name: 'h' },
  spec: { containers, ...spec },
});

/** Large and valid, or large and not: either is answered, with an object or a Status, in time. */
function heavy(
  name: string,
  path: string,
  make: () => object | string,
  codes: readonly number[] = [201, 422],
): Case {
  return {
    name,
    async run(server) {
      const answer = await server.send(post(make(), path));
      const text = answer.body.toString('latin1', 0, 500);
      assert.ok(codes.includes(answer.status), `${answer.status} ${text}`);
      if (answer.status >= 400) assertStatus(answer, answer.status);
      else assert.ok(objectOf(answer), text);
      assert.ok(answer.body.length < 16 * 1024 * 1024, `an answer of ${answer.body.length} bytes`);
    },
  };
}

const dry = (path: string) => `${path}?dryRun=All`;

/** Texts on which a careless pattern takes quadratic time, or worse. */
const trying = (length: number) =>
  [
    'a',
    '1',
    '-',
    '.',
    'a.',
    'a-',
    '1.',
    ':',
    '1:',
    '/',
    'a/',
    ' ',
    '0',
    '_',
    '%',
    '(',
    '$(',
    '[',
    '*.',
    'a=b,',
    '\n',
    '@every 1h',
    '-----BEGIN X-----\n',
    '\\',
    '"',
    'é',
    '\ud83d\ude00',
  ].flatMap((piece) => [piece.repeat(length / piece.length), `${piece.repeat(length / piece.length)}!`]);

/** Every text field that a pattern or a parser looks at, with a text of 100 KB. */
const textual: readonly (readonly [name: string, path: string, object: (text: string) => object])[] = [
  ['metadata.name', dry(configMaps), (text) => ({ metadata: { name: text } })],
  ['metadata.generateName', dry(configMaps), (text) => ({ metadata: { generateName: text } })],
  [
    'a label and its value',
    dry(configMaps),
    (text) => ({ metadata: { name: 'h', labels: { [text]: text } } }),
  ],
  ['an annotation', dry(configMaps), (text) => ({ metadata: { name: 'h', annotations: { [text]: text } } })],
  ['a finalizer', dry(configMaps), (text) => ({ metadata: { name: 'h', finalizers: [text] } })],
  [
    'an owner',
    dry(configMaps),
    (text) => ({
      metadata: { name: 'h', ownerReferences: [{ apiVersion: text, kind: text, name: text, uid: text }] },
    }),
  ],
  ['a ConfigMap key', dry(configMaps), (text) => ({ metadata: { name: 'h' }, data: { [text]: 'x' } })],
  ['base64', dry(configMaps), (text) => ({ metadata: { name: 'h' }, binaryData: { a: text } })],
  ['a timestamp', dry(configMaps), (text) => ({ metadata: { name: 'h', creationTimestamp: text } })],
  ['a quantity', pods, (text) => pod({}, [{ ...container, resources: { limits: { cpu: text } } }])],
  ['a resource name', pods, (text) => pod({}, [{ ...container, resources: { limits: { [text]: '1' } } }])],
  ['an image', pods, (text) => pod({}, [{ ...container, image: text }])],
  [
    'an environment variable',
    pods,
    (text) => pod({}, [{ ...container, env: [{ name: text, value: text }] }]),
  ],
  [
    'a port name',
    pods,
    (text) => pod({}, [{ ...container, ports: [{ containerPort: 80, name: text, hostIP: text }] }]),
  ],
  [
    'a probe',
    pods,
    (text) =>
      pod({}, [
        {
          ...container,
          livenessProbe: {
            httpGet: { port: text, path: text, host: text, httpHeaders: [{ name: text, value: text }] },
          },
        },
      ]),
  ],
  [
    'a mount',
    pods,
    (text) =>
      pod({ volumes: [{ name: 'v', emptyDir: { sizeLimit: text } }] }, [
        { ...container, volumeMounts: [{ name: 'v', mountPath: text, subPath: text }] },
      ]),
  ],
  [
    'a node selector',
    pods,
    (text) =>
      pod({
        nodeSelector: { [text]: text },
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: text, operator: 'Gt', values: [text] }] }],
            },
          },
        },
      }),
  ],
  [
    'names of a pod',
    pods,
    (text) =>
      pod({
        hostname: text,
        subdomain: text,
        nodeName: text,
        serviceAccountName: text,
        priorityClassName: text,
        schedulerName: text,
      }),
  ],
  [
    'DNS and aliases',
    pods,
    (text) =>
      pod({
        dnsConfig: { nameservers: [text], searches: [text] },
        hostAliases: [{ ip: text, hostnames: [text] }],
      }),
  ],
  [
    'a sysctl',
    pods,
    (text) =>
      pod({
        securityContext: {
          sysctls: [{ name: text, value: text }],
          seccompProfile: { type: 'Localhost', localhostProfile: text },
        },
      }),
  ],
  ['a toleration', pods, (text) => pod({ tolerations: [{ key: text, operator: 'Exists', effect: text }] })],
  [
    'a schedule and a time zone',
    dry('/apis/batch/v1/namespaces/default/cronjobs'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        schedule: text,
        timeZone: text,
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
      },
    }),
  ],
  [
    'a label selector',
    dry('/apis/apps/v1/namespaces/default/deployments'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        selector: {
          matchLabels: { [text]: text },
          matchExpressions: [{ key: text, operator: 'In', values: [text] }],
        },
        strategy: { rollingUpdate: { maxSurge: text, maxUnavailable: text } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } },
      },
    }),
  ],
  [
    'addresses of a service',
    dry('/api/v1/namespaces/default/services'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        ports: [{ port: 80, targetPort: text, name: text, appProtocol: text }],
        clusterIP: text,
        externalIPs: [text],
        loadBalancerSourceRanges: [text],
        externalName: text,
      },
    }),
  ],
  [
    'an ingress',
    dry('/apis/networking.k8s.io/v1/namespaces/default/ingresses'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        rules: [
          {
            host: text,
            http: {
              paths: [
                {
                  path: text,
                  pathType: 'Prefix',
                  backend: { service: { name: text, port: { name: text } } },
                },
              ],
            },
          },
        ],
        tls: [{ hosts: [text], secretName: text }],
      },
    }),
  ],
  [
    'a network policy',
    dry('/apis/networking.k8s.io/v1/namespaces/default/networkpolicies'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        podSelector: {},
        egress: [{ to: [{ ipBlock: { cidr: text, except: [text] } }], ports: [{ port: text }] }],
      },
    }),
  ],
  [
    'a service CIDR',
    dry('/apis/networking.k8s.io/v1/servicecidrs'),
    (text) => ({ metadata: { name: 'h' }, spec: { cidrs: [text] } }),
  ],
  [
    'endpoints',
    dry('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'),
    (text) => ({
      metadata: { name: 'h' },
      addressType: 'IPv4',
      endpoints: [{ addresses: [text], hostname: text }],
      ports: [{ name: text }],
    }),
  ],
  [
    'a role',
    dry('/apis/rbac.authorization.k8s.io/v1/clusterroles'),
    (text) => ({ metadata: { name: text }, rules: [{ verbs: [text], nonResourceURLs: [text] }] }),
  ],
  [
    'a webhook',
    dry('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'),
    (text) => ({
      metadata: { name: 'h' },
      webhooks: [
        {
          name: text,
          clientConfig: { url: text, caBundle: 'aGk=' },
          rules: [],
          sideEffects: 'None',
          admissionReviewVersions: [text],
          matchConditions: [{ name: text, expression: text }],
        },
      ],
    }),
  ],
  [
    'a policy',
    dry('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        paramKind: { apiVersion: text, kind: text },
        validations: [{ expression: text, messageExpression: text }],
        variables: [{ name: text, expression: text }],
      },
    }),
  ],
  [
    'a resource definition',
    dry('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'),
    (text) => ({
      metadata: { name: 'a.b.c' },
      spec: {
        group: 'b.c',
        names: { plural: 'a', kind: text, singular: text, shortNames: [text], categories: [text] },
        scope: 'Namespaced',
        versions: [
          {
            name: text,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { [text]: { type: 'string', pattern: text, format: text, default: text } },
              },
            },
            additionalPrinterColumns: [{ name: text, type: 'string', jsonPath: text }],
            subresources: {
              scale: { specReplicasPath: text, statusReplicasPath: text, labelSelectorPath: text },
            },
            selectableFields: [{ jsonPath: text }],
          },
        ],
      },
    }),
  ],
  [
    'a certificate request',
    dry('/apis/certificates.k8s.io/v1/certificatesigningrequests'),
    (text) => ({
      metadata: { name: 'h' },
      spec: { request: Buffer.from(text).toString('base64'), signerName: text, usages: [text] },
    }),
  ],
  [
    'a trust bundle',
    dry('/apis/certificates.k8s.io/v1beta1/clustertrustbundles'),
    (text) => ({ metadata: { name: 'h' }, spec: { trustBundle: text, signerName: text } }),
  ],
  [
    'a lease',
    dry('/apis/coordination.k8s.io/v1/namespaces/default/leases'),
    (text) => ({ metadata: { name: 'h' }, spec: { renewTime: text, holderIdentity: text } }),
  ],
  [
    'a device class',
    dry('/apis/resource.k8s.io/v1/deviceclasses'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        selectors: [{ cel: { expression: text } }],
        config: [{ opaque: { driver: text, parameters: {} } }],
        extendedResourceName: text,
      },
    }),
  ],
  [
    'a storage class',
    dry('/apis/storage.k8s.io/v1/storageclasses'),
    (text) => ({
      metadata: { name: 'h' },
      provisioner: text,
      mountOptions: [text],
      parameters: { [text]: text },
    }),
  ],
  [
    'a persistent volume',
    dry('/api/v1/persistentvolumes'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        capacity: { storage: text },
        accessModes: [text],
        iscsi: { iqn: text, targetPortal: text, lun: 0 },
      },
    }),
  ],
  [
    'a quobyte registry',
    dry('/api/v1/persistentvolumes'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        capacity: { storage: '1' },
        accessModes: ['ReadWriteOnce'],
        quobyte: { registry: text, volume: 'v' },
      },
    }),
  ],
  [
    'a horizontal autoscaler',
    dry('/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'),
    (text) => ({
      metadata: { name: 'h', annotations: { 'autoscaling.alpha.kubernetes.io/metrics': text } },
      spec: { maxReplicas: 1, scaleTargetRef: { kind: text, name: text, apiVersion: text } },
    }),
  ],
  [
    'a flow schema',
    dry('/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas'),
    (text) => ({
      metadata: { name: 'h' },
      spec: {
        priorityLevelConfiguration: { name: text },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: text } }],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: [text] }],
          },
        ],
      },
    }),
  ],
];

const textCases: readonly Case[] = textual.map(([name, path, object]) => ({
  name: `${name} of 100 KB, in texts that try patterns`,
  async run(server: HostileServer) {
    for (const text of trying(100_000)) {
      const answer = await server.send(post(object(text), path));
      const told = `${JSON.stringify(text.slice(0, 20))}: ${answer.status} ${answer.body.toString('latin1', 0, 300)}`;
      assert.ok(answer.status < 500, told);
      assert.ok(objectOf(answer), told);
      assert.ok(answer.body.length < 16 * 1024 * 1024, `an answer of ${answer.body.length} bytes`);
    }
  },
}));

/** DER: a sequence in a sequence, and so on. */
function nestedDer(levels: number): Buffer {
  let der: Buffer = Buffer.alloc(0);
  for (let i = 0; i < levels; i++) {
    const { length } = der;
    const head =
      length < 128
        ? [0x30, length]
        : [0x30, 0x84, (length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255];
    der = Buffer.concat([Buffer.from(head), der]);
  }
  return der;
}

const pem = (label: string, der: Buffer) =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

const crd = (schema: object) => ({
  metadata: { name: 'as.b.c' },
  spec: {
    group: 'b.c',
    scope: 'Namespaced',
    names: { plural: 'as', kind: 'A' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

const crds = dry('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');

function nestedSchema(levels: number): object {
  let schema: object = { type: 'string' };
  for (let i = 0; i < levels; i++) schema = { type: 'object', properties: { a: schema } };
  return schema;
}

export const heavyCases: readonly Case[] = [
  heavy('10,000 containers', pods, () =>
    pod(
      {},
      many(10_000, (i) => ({ name: `c${i}`, image: 'i' })),
    ),
  ),
  heavy('5,000 containers with the same port', pods, () =>
    pod(
      {},
      many(5_000, (i) => ({ name: `c${i}`, image: 'i', ports: [{ containerPort: 80, hostPort: 80 }] })),
    ),
  ),
  heavy('10,000 ports', pods, () =>
    pod({}, [
      {
        ...container,
        ports: many(10_000, (i) => ({ containerPort: (i % 65_000) + 1, name: `p${i}`, hostPort: i + 1 })),
      },
    ]),
  ),
  heavy('20,000 environment variables', pods, () =>
    pod({}, [{ ...container, env: many(20_000, (i) => ({ name: `E${i}`, value: `$(E${i})` })) }]),
  ),
  heavy('10,000 volumes and mounts and devices', pods, () =>
    pod({ volumes: many(10_000, (i) => ({ name: `v${i}`, emptyDir: {} })) }, [
      {
        ...container,
        volumeMounts: many(10_000, (i) => ({ name: `v${i}`, mountPath: `/m${i}` })),
        volumeDevices: many(10_000, (i) => ({ name: `w${i}`, devicePath: `/d${i}` })),
      },
    ]),
  ),
  heavy('10,000 files of one volume', pods, () =>
    pod({
      volumes: [
        { name: 'v', configMap: { name: 'x', items: many(10_000, (i) => ({ key: 'a', path: `a${i}/b` })) } },
      ],
    }),
  ),
  heavy('10,000 claims and 10,000 uses of others', pods, () =>
    pod({ resourceClaims: many(10_000, (i) => ({ name: `c${i}`, resourceClaimName: 'x' })) }, [
      { ...container, resources: { claims: many(10_000, (i) => ({ name: `d${i}` })) } },
    ]),
  ),
  heavy('10,000 spread constraints', pods, () =>
    pod({
      topologySpreadConstraints: many(10_000, (i) => ({
        maxSkew: 1,
        topologyKey: `t${i}`,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: {},
      })),
    }),
  ),
  heavy('10,000 tolerations', pods, () =>
    pod({ tolerations: many(10_000, (i) => ({ key: `t${i}`, operator: 'Exists' })) }),
  ),
  heavy('20,000 pull secrets, twice each', pods, () =>
    pod({ imagePullSecrets: many(20_000, (i) => ({ name: `s${i % 10_000}` })) }),
  ),
  heavy('20,000 resources', pods, () =>
    pod({}, [
      {
        ...container,
        resources: { requests: map(20_000, (i) => `${i}m`), limits: map(20_000, (i) => `${i}`) },
      },
    ]),
  ),
  heavy('50,000 labels', dry(configMaps), () => ({ metadata: { name: 'h', labels: map(50_000) } })),
  heavy('50,000 labels that are none', dry(configMaps), () => ({
    metadata: {
      name: 'h',
      labels: map(
        50_000,
        () => '-',
        (i) => `-${i}`,
      ),
    },
  })),
  heavy('50,000 annotations', dry(configMaps), () => ({ metadata: { name: 'h', annotations: map(50_000) } })),
  heavy('30,000 keys of a ConfigMap', dry(configMaps), () => ({
    metadata: { name: 'h' },
    data: map(30_000),
  })),
  heavy('30,000 finalizers', dry(configMaps), () => ({
    metadata: { name: 'h', finalizers: many(30_000, (i) => `f.io/${i}`) },
  })),
  heavy('20,000 controllers', dry(configMaps), () => ({
    metadata: {
      name: 'h',
      ownerReferences: many(20_000, (i) => ({
        apiVersion: 'v1',
        kind: 'K',
        name: `n${i}`,
        uid: `u${i}`,
        controller: true,
      })),
    },
  })),
  heavy('20,000 rules of a role', dry('/apis/rbac.authorization.k8s.io/v1/clusterroles'), () => ({
    metadata: { name: 'h' },
    rules: many(20_000, (i) => ({ verbs: ['get'], apiGroups: [''], resources: [`r${i}`] })),
  })),
  heavy('20,000 subjects', dry('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'), () => ({
    metadata: { name: 'h' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: many(20_000, (i) => ({ kind: 'User', name: `u${i}` })),
  })),
  heavy('100,000 IP families', dry('/api/v1/namespaces/default/services'), () => ({
    metadata: { name: 'h' },
    spec: { ports: [{ port: 1 }], ipFamilies: many(100_000, (i) => `f${i}`) },
  })),
  // More than there are node ports, which is the server's failure to the reference server, too.
  refused(
    '10,000 service ports',
    post(
      {
        metadata: { name: 'h' },
        spec: { type: 'NodePort', ports: many(10_000, (i) => ({ port: i + 1, name: `p${i}` })) },
      },
      dry('/api/v1/namespaces/default/services'),
    ),
    500,
    /^Internal error occurred: failed to allocate a nodePort: range is full$/,
  ),
  heavy('100,000 scopes of a quota', dry('/api/v1/namespaces/default/resourcequotas'), () => ({
    metadata: { name: 'h' },
    spec: { scopes: many(100_000, (i) => `s${i}`), hard: map(1_000, () => '1') },
  })),
  heavy('20,000 limits', dry('/api/v1/namespaces/default/limitranges'), () => ({
    metadata: { name: 'h' },
    spec: { limits: [{ type: 'Container', max: map(20_000, (i) => `${i}`) }] },
  })),
  heavy(
    '10,000 webhooks of one name',
    dry('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'),
    () => ({
      metadata: { name: 'h' },
      webhooks: many(10_000, () => ({
        name: 'a.b.c',
        clientConfig: { url: 'https://x' },
        sideEffects: 'None',
        admissionReviewVersions: ['v1', 'v1'],
      })),
    }),
  ),
  heavy('10,000 endpoints', dry('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'), () => ({
    metadata: { name: 'h' },
    addressType: 'IPv4',
    endpoints: many(10_000, (i) => ({ addresses: [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`] })),
  })),
  heavy('10,000 paths of an ingress', dry('/apis/networking.k8s.io/v1/namespaces/default/ingresses'), () => ({
    metadata: { name: 'h' },
    spec: {
      rules: [
        {
          host: 'a.b',
          http: {
            paths: many(10_000, (i) => ({
              path: `/${i}`,
              pathType: 'Exact',
              backend: { service: { name: 's', port: { number: 1 } } },
            })),
          },
        },
      ],
    },
  })),
  heavy('a schema of 20,000 properties', crds, () =>
    crd({ type: 'object', properties: map(20_000, () => ({ type: 'string' })) }),
  ),
  heavy('a schema in 900 levels', crds, () => crd(nestedSchema(300))),
  heavy('a schema of 10,000 formats that nobody knows', crds, () =>
    crd({ type: 'object', properties: map(10_000, (i) => ({ type: 'string', format: `f${i}` })) }),
  ),
  heavy('a schema of 2,000 patterns', crds, () =>
    crd({
      type: 'object',
      properties: map(2_000, () => ({ type: 'string', pattern: `(${'a|'.repeat(400)}b)` })),
    }),
  ),
  heavy('1,000 versions', crds, () => ({
    ...crd({}),
    spec: {
      group: 'b.c',
      scope: 'Namespaced',
      names: { plural: 'as', kind: 'A' },
      versions: many(1_000, (i) => ({
        name: `v${i + 1}`,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object' } },
      })),
    },
  })),
  ...[10, 1_000, 50_000].map((levels) =>
    heavy(
      `a certificate request of DER in ${levels} levels`,
      dry('/apis/certificates.k8s.io/v1/certificatesigningrequests'),
      () => ({
        metadata: { name: 'h' },
        spec: {
          request: Buffer.from(pem('CERTIFICATE REQUEST', nestedDer(levels))).toString('base64'),
          signerName: 'a.b/c',
          usages: ['client auth'],
        },
      }),
      [400, 422],
    ),
  ),
  ...[10, 1_000, 50_000].map((levels) =>
    heavy(
      `a trust bundle of DER in ${levels} levels`,
      dry('/apis/certificates.k8s.io/v1beta1/clustertrustbundles'),
      () => ({ metadata: { name: 'h' }, spec: { trustBundle: pem('CERTIFICATE', nestedDer(levels)) } }),
      [400, 404, 422],
    ),
  ),
  heavy(
    '2,000 empty certificates',
    dry('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'),
    () => ({
      metadata: { name: 'h' },
      webhooks: [
        {
          name: 'a.b.c',
          clientConfig: {
            url: 'https://x',
            caBundle: Buffer.from(
              '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'.repeat(2_000),
            ).toString('base64'),
          },
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }),
  ),
  heavy('an access review of 20,000 groups', '/apis/authorization.k8s.io/v1/subjectaccessreviews', () => ({
    spec: {
      user: 'u',
      groups: many(20_000, (i) => `g${i}`),
      extra: map(10_000, () => ['x']),
      resourceAttributes: { verb: 'get', resource: 'pods' },
    },
  })),
  {
    name: 'a role whose rules multiply to a billion, by somebody who may not grant them',
    async run(server) {
      const roles = '/apis/rbac.authorization.k8s.io/v1';
      const writer = {
        metadata: { name: 'role-writer' },
        rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['create'] }],
      };
      const binding = {
        metadata: { name: 'role-writer' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'role-writer' },
        subjects: [{ kind: 'User', name: 'mallory', apiGroup: 'rbac.authorization.k8s.io' }],
      };
      assert.equal((await server.send(post(writer, `${roles}/clusterroles`))).status, 201);
      assert.equal((await server.send(post(binding, `${roles}/clusterrolebindings`))).status, 201);
      const thousand = many(1_000, (i) => `x${i}`);
      const body = {
        metadata: { name: 'h' },
        rules: [{ verbs: thousand, apiGroups: thousand, resources: thousand }],
      };
      const answer = await server.send({
        ...post(body, `${roles}/clusterroles`),
        headers: [['impersonate-user', 'mallory']],
      });
      assertStatus(answer, 403);
    },
  },
  {
    name: 'an object with 30,000 finalizers that is being deleted, updated',
    async run(server) {
      const finalizers = many(30_000, (i) => `f.io/${i}`);
      const path = `${configMaps}/held`;
      assert.equal((await server.send(post({ metadata: { name: 'held', finalizers } }))).status, 201);
      assert.equal((await server.send({ method: 'DELETE', path })).status, 200);
      const put = await server.send({
        method: 'PUT',
        path,
        body: JSON.stringify({
          metadata: { name: 'held', finalizers: finalizers.toReversed() },
          data: { a: 'b' },
        }),
      });
      assert.equal(put.status, 200, put.body.toString('latin1', 0, 300));
      const more = await server.send({
        method: 'PUT',
        path,
        body: JSON.stringify({ metadata: { name: 'held', finalizers: many(30_000, (i) => `g.io/${i}`) } }),
      });
      assertStatus(more, 422);
      assert.equal(
        (await server.send({ method: 'PUT', path, body: JSON.stringify({ metadata: { name: 'held' } }) }))
          .status,
        200,
      );
      assert.equal((await server.send({ path })).status, 404);
    },
  },
  {
    name: 'lists of large objects, filtered, printed and in YAML',
    async run(server) {
      const namespace = '/api/v1/namespaces/large';
      assert.equal(
        (await server.send(post({ metadata: { name: 'large' } }, '/api/v1/namespaces'))).status,
        201,
      );
      const data = { a: createHash('sha512').update('x').digest('hex').repeat(6_000) };
      const make = (i: number) =>
        server.send(post({ metadata: { name: `l${i}` }, data }, `${namespace}/configmaps`));
      for (const answer of await Promise.all(many(30, make))) assert.equal(answer.status, 201);
      for (const query of [
        '?labelSelector=!x',
        '?fieldSelector=metadata.name!%3Dx',
        '?pretty=true',
        '?labelSelector=x%3Dy',
      ]) {
        assert.equal((await server.send({ path: `${namespace}/configmaps${query}` })).status, 200);
      }
      for (const accept of [
        'application/yaml',
        'application/json;as=Table;v=v1;g=meta.k8s.io',
        'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      ]) {
        const answer = await server.send({ path: `${namespace}/configmaps`, headers: [['accept', accept]] });
        assert.equal(answer.status, 200);
      }
      assert.equal((await server.send({ method: 'DELETE', path: `${namespace}/configmaps` })).status, 200);
    },
  },
  ...textCases,
];
