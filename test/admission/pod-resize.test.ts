import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admissionOver, apply, pod, refused } from './helper.ts';

const node = (name: string, os = 'linux') => {
  const object = apply('v1', 'Node', name, { status: { allocatable: { cpu: '2', memory: '1Gi' } } });
  object.metadata.labels = { 'kubernetes.io/os': os };
  return object;
};
const sized = (cpu: string, memory: string, nodeName: string | undefined, generation = 2) =>
  pod(
    { nodeName, containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu, memory } } }] },
    { generation },
  );

test('a pod is resized within what its node can give', async () => {
  const admit = await admissionOver([node('n1'), node('n2', 'windows')]);
  const resize = (to: ReturnType<typeof pod>) =>
    admit(to, { subresource: 'resize', oldObject: sized('1', '100Mi', 'n1', 1) });
  await resize(sized('2', '1Gi', 'n1'));
  await resize(sized('9', '1Gi', undefined));
  await resize(sized('9', '1Gi', 'n1', 1));
  const forbidden = (why: string) => `pods "web" is forbidden: ${why}`;
  const { status } = await refused(
    403,
    forbidden(
      "node didn't have enough allocatable resources: cpu, requested: 2500, allocatable: 2000; memory, requested: 2147483648, allocatable: 1073741824",
    ),
    resize(sized('2500m', '2Gi', 'n1')),
  );
  assert.deepEqual(status.details?.causes, [{ reason: 'NodeCapacity' }]);
  await refused(403, forbidden('node "n3" not found'), resize(sized('1', '1Gi', 'n3')));
  await refused(
    403,
    forbidden('pod resize is only supported on linux nodes, node "n2" is "windows"'),
    resize(sized('1', '1Gi', 'n2')),
  );
});

test('a pod is not changed into what its node cannot do', async () => {
  const able = (name: string, ...declaredFeatures: string[]) => {
    const object = node(name);
    object['status'] = { allocatable: { cpu: '9', memory: '9Gi' }, declaredFeatures };
    return object;
  };
  const wholePod = 'InPlacePodLevelResourcesVerticalScaling';
  const initContainers = 'InPlacePodVerticalScalingInitContainers';
  const admit = await admissionOver([able('old'), able('new', wholePod, initContainers)]);
  const of = (nodeName: string, cpu: string, generation: number, restartPolicy?: string) => {
    const resources = { requests: { cpu } };
    return pod(
      { nodeName, resources, initContainers: [{ name: 'i', resources, restartPolicy }] },
      { generation },
    );
  };
  const resize = (nodeName: string, restartPolicy?: string) =>
    admit(of(nodeName, '2', 2, restartPolicy), {
      subresource: 'resize',
      oldObject: of(nodeName, '1', 1, restartPolicy),
    });
  await resize('new');
  const lacks = (features: string) =>
    `pods "web" is forbidden: pod update requires features ${features} which are not available on node "old"`;
  await refused(403, lacks(`${wholePod}, ${initContainers}`), resize('old'));
  await refused(403, lacks(wholePod), resize('old', 'Always'));
  await admit(of('old', '1', 2), { subresource: 'resize', oldObject: of('old', '1', 1) });
});
