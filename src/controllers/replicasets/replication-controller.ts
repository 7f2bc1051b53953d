import { nothing, selectorFromMap } from '../../apimachinery/label-selector.ts';
import { type ReplicationController, replicationControllers } from '../../client/kinds.ts';
import type { Controller } from '../types.ts';
import { type ReplicaKind, runReplicas } from './sync.ts';

const kind: ReplicaKind<ReplicationController> = {
  name: 'replicationcontroller',
  account: 'replication-controller',
  resource: replicationControllers,
  selectorOf: ({ spec }) => (spec?.selector ? selectorFromMap(spec.selector) : nothing),
  templateOf: ({ spec }) => spec?.template,
  countsTerminating: false,
};

/** Keeps as many pods as each ReplicationController wants. */
export const replicationController: Controller = {
  names: ['replicationcontroller-controller', 'replicationcontroller'],
  start: (tools) => runReplicas(kind, tools),
};
