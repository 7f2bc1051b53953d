import type { INode } from 'kubernetes-models/v1/Node';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none, unknown, wideColumn } from '../../cells.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

function rolesText(labels: Readonly<Record<string, string>>): string {
  const roles = new Set<string>();
  for (const key of Object.keys(labels)) {
    if (key.startsWith(rolePrefix)) roles.add(key.slice(rolePrefix.length));
    else if (key === roleLabel) roles.add(labels[key] ?? '');
  }
  roles.delete('');
  return [...roles].sort().join(',') || none;
}

function statusText({ spec, status }: INode): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const text = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text;
}

const addressOf = (node: INode, wanted: string) =>
  node.status?.addresses?.find(({ type }) => type === wanted)?.address ?? none;

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Status', 'Whether the node is ready and takes new pods.'),
    column('Roles', 'Roles given to the node by its labels.'),
    ageColumn,
    column('Version', 'Version of the kubelet.'),
    wideColumn('Internal-IP', 'Address of the node inside the cluster network.'),
    wideColumn('External-IP', 'Address of the node outside the cluster network.'),
    wideColumn('OS-Image', 'Operating system of the node.'),
    wideColumn('Kernel-Version', 'Kernel of the node, with its architecture.'),
    wideColumn('Container-Runtime', 'Container runtime of the node.'),
  ],
  row: (object, nowMs) => {
    const node = object as unknown as INode;
    const info = node.status?.nodeInfo;
    const kernel = info?.kernelVersion || unknown;
    return {
      cells: [
        object.metadata.name ?? '',
        statusText(node),
        rolesText(object.metadata.labels ?? {}),
        age(object, nowMs),
        info?.kubeletVersion ?? '',
        addressOf(node, 'InternalIP'),
        addressOf(node, 'ExternalIP'),
        info?.osImage || unknown,
        info?.architecture ? `${kernel} (${info.architecture})` : kernel,
        info?.containerRuntimeVersion || unknown,
      ],
    };
  },
};
