import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { type ReplicaSet, replicaSets } from '../../client/kinds.ts';
import type { Controller } from '../types.ts';
import { type ReplicaKind, runReplicas } from './sync.ts';

const kind: ReplicaKind<ReplicaSet> = {
  name: 'replicaset',
  account: 'replicaset-controller',
  resource: replicaSets,
  selectorOf: ({ spec }) => selectorFromLabelSelector(spec?.selector),
  templateOf: ({ spec }) => spec?.template,
  countsTerminating: true,
};

/** Keeps as many pods as each ReplicaSet wants. */
export const replicaSet: Controller = {
  names: ['replicaset-controller', 'replicaset'],
  start: (tools) => runReplicas(kind, tools),
};
