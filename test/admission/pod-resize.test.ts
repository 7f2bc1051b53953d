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
