import type { IPod } from 'kubernetes-models/v1/Pod';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition, TableRow } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none, wideColumn } from '../../cells.ts';
import { podSummary } from './summary.ts';

function readinessGates({ spec, status }: IPod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return none;
  const met = gates.filter(
    ({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status === 'True',
  );
  return `${met.length}/${gates.length}`;
}

function rowConditions(phase: string | undefined): TableRow['conditions'] {
  if (phase === 'Succeeded') {
    return [
      {
        type: 'Completed',
        status: 'True',
        reason: 'Succeeded',
        message: 'The pod has completed successfully.',
      },
    ];
  }
  if (phase === 'Failed') {
    return [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }];
  }
  return undefined;
}

function row(object: KubeObject, nowMs: number): TableRow {
  const pod = object as unknown as IPod;
  const { ready, total, reason, restarts } = podSummary(object, nowMs);
  const conditions = rowConditions(pod.status?.phase);
  return {
    cells: [
      object.metadata.name ?? '',
      `${ready}/${total}`,
      reason,
      restarts,
      age(object, nowMs),
      pod.status?.podIPs?.[0]?.ip || none,
      pod.spec?.nodeName || none,
      pod.status?.nominatedNodeName || none,
      readinessGates(pod),
    ],
    ...(conditions ? { conditions } : {}),
  };
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Ready', 'Containers that are ready, of all containers that should run.'),
    column('Status', 'What the pod and its containers are doing.'),
    column('Restarts', 'How often containers were restarted, and when last.'),
    ageColumn,
    wideColumn('IP', 'First address of the pod.'),
    wideColumn('Node', 'Node that runs the pod.'),
    wideColumn('Nominated Node', 'Node on which room is being made for the pod.'),
    wideColumn('Readiness Gates', 'Readiness gates that are met, of all that are given.'),
  ],
  row,
};
