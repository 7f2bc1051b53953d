import { definition as controllerrevisions } from './controllerrevisions/definition.ts';
import { definition as daemonsets } from './daemonsets/definition.ts';
import { definition as deployments } from './deployments/definition.ts';
import { definition as replicasets } from './replicasets/definition.ts';
import { definition as statefulsets } from './statefulsets/definition.ts';

/** In the order of discovery. */
export const apps = [controllerrevisions, daemonsets, deployments, replicasets, statefulsets] as const;
