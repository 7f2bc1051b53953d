import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { definition as pods } from '../../src/resources/core/pods/definition.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { definition as runtimeClasses } from '../../src/resources/node/runtimeclasses/definition.ts';
import { podTemplatePaths } from '../../src/resources/pod-template-paths.ts';
import type { ObjectSubresource, ResourceDefinition } from '../../src/scheme/definition.ts';
import { contextOf, manifest, problems, updateProblems } from './helper.ts';

/** Every kind with pods in it, and where their spec is. */
const holders: readonly (readonly [ResourceDefinition, readonly string[]])[] = [
  [pods, ['spec']],
  ...[...podTemplatePaths].map(([key, path]) => {
    const definition = builtinResources.find(({ group, resource }) => `${group}/${resource}` === key)!;
    return [definition, [...path, 'spec']] as const;
  }),
];

const holding = (definition: ResourceDefinition, path: readonly string[], spec: unknown): KubeObject =>
  manifest(
    definition,
    path.reduceRight((inner, field) => ({ [field]: inner }), spec) as Record<string, unknown>,
  );

const specIn = (object: KubeObject, path: readonly string[]): IPodSpec =>
  path.reduce<unknown>((parent, field) => (parent as Record<string, unknown>)[field], object) as IPodSpec;

const container: IContainer = { name: 'a', image: 'b' };
const withSource = (source: object) => ({
  containers: [container],
  volumes: [{ name: 'v', projected: { sources: [source, { configMap: { name: 'c' } }] } }],
});

/** What is sent, and what stays of it where it was not before. */
const dropped: Readonly<Record<string, readonly [sent: object, stays: object]>> = {
  'a stop signal': [
    {
      initContainers: [{ ...container, lifecycle: { stopSignal: 'SIGUSR1' } }],
      containers: [
        { ...container, lifecycle: { stopSignal: 'SIGUSR1', preStop: { sleep: { seconds: 1 } } } },
      ],
    },
    {
      initContainers: [container],
      containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 1 } } } }],
    },
  ],
  'a bundle of authorities': [withSource({ clusterTrustBundle: { name: 'x', path: 'p' } }), withSource({})],
  'a certificate of its own': [
    withSource({ podCertificate: { signerName: 'a/b', keyType: 'ED25519', keyPath: 'k' } }),
    withSource({}),
  ],
  'a scheduling group': [
    { containers: [container], schedulingGroup: { podGroupName: 'g' } },
    { containers: [container] },
  ],
};

describe('fields whose features are off', () => {
  for (const [title, [sent, stays]] of Object.entries(dropped)) {
    test(`${title} is dropped from every kind with pods, unless it was there before`, () => {
      assert.equal(holders.length, 9);
      for (const [definition, path] of holders) {
        const { prepareForCreate, prepareForUpdate } = definition.strategy;
        const created = holding(definition, path, sent);
        prepareForCreate!(created, contextOf());
        assert.deepEqual(specIn(created, path), stays, definition.resource);

        const updated = holding(definition, path, sent);
        prepareForUpdate!(updated, holding(definition, path, stays), contextOf());
        assert.deepEqual(specIn(updated, path), stays, definition.resource);

        const kept = holding(definition, path, sent);
        const old = cloneJson(kept);
        prepareForUpdate!(kept, old, contextOf());
        assert.deepEqual(specIn(kept, path), sent, definition.resource);
        assert.deepEqual(specIn(old, path), sent, definition.resource);
      }
    });
  }

  test('an ephemeral container comes without a stop signal', () => {
    const { strategy } = pods.subresources['ephemeralcontainers'] as ObjectSubresource;
    const old = manifest(pods, { spec: { containers: [container] } });
    const ephemeral = { name: 'e', image: 'b' };
    const object = manifest(pods, {
      spec: { ephemeralContainers: [{ ...ephemeral, lifecycle: { stopSignal: 'SIGINT' } }] },
    });
    strategy.prepareForUpdate!(object, old, contextOf());
    assert.deepEqual(specIn(object, ['spec']), { containers: [container], ephemeralContainers: [ephemeral] });
  });

  test('a status says nothing of digests of image volumes and of resources allocated by claims', () => {
    const { strategy } = pods.subresources['status'] as ObjectSubresource;
    const mount = { name: 'v', mountPath: '/v' };
    const status = (volumeMount: object, more: object) => ({
      containerStatuses: [{ volumeMounts: [volumeMount] }],
      ...more,
    });
    const full = status(
      { ...mount, volumeStatus: { image: { imageRef: 'i@sha256:0' } } },
      { nodeAllocatableResourceClaimStatuses: [{ resourceClaimName: 'c' }] },
    );
    const prepared = (old: object) => {
      const object = manifest(pods, { status: full });
      strategy.prepareForUpdate!(object, manifest(pods, { status: old }), contextOf());
      return object['status'];
    };
    assert.deepEqual(prepared({}), status(mount, {}));
    assert.deepEqual(prepared(full), full);
  });

  test('tolerations that compare are refused, unless the pod had some', () => {
    const spec = (operator: string, value: string) => ({
      containers: [{ ...container, terminationMessagePolicy: 'File' }],
      tolerations: [{ key: 'k', operator, value }],
    });
    const unsupported = (path: string, operator: string) =>
      `${path}tolerations[0].operator: Unsupported value: "${operator}": supported values: "Equal", "Exists", "Lt", "Gt"`;
    const pod = (operator: string, value: string) => manifest(pods, { spec: spec(operator, value) });
    assert.deepEqual(problems(pods, pod('Lt', '5')), [unsupported('spec.', 'Lt')]);
    assert.deepEqual(problems(pods, pod('Gt', 'x')), [unsupported('spec.', 'Gt')]);
    assert.deepEqual(updateProblems(pods, pod('Lt', '5'), pod('Lt', '5')), []);
    const { tolerations } = spec('Gt', '5');
    const runtimeClass = manifest(runtimeClasses, { handler: 'h', scheduling: { tolerations } });
    assert.deepEqual(problems(runtimeClasses, runtimeClass), [unsupported('scheduling.', 'Gt')]);
  });

  test('volumes are relabelled recursively, unless the pod said otherwise before', () => {
    const pod = (policy: string) =>
      manifest(pods, {
        spec: { containers: [container], securityContext: { seLinuxChangePolicy: policy } },
      });
    assert.deepEqual(problems(pods, pod('Recursive')), []);
    assert.deepEqual(problems(pods, pod('MountOption')), [
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
    ]);
    assert.deepEqual(updateProblems(pods, pod('MountOption'), pod('MountOption')), []);
  });
});
