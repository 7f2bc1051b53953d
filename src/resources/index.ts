import type { ResourceDefinition } from '../scheme/definition.ts';
import { admissionregistration } from './admissionregistration/index.ts';
import { apiextensions } from './apiextensions/index.ts';
import { apiregistration } from './apiregistration/index.ts';
import { apiserverinternal } from './apiserverinternal/index.ts';
import { apps } from './apps/index.ts';
import { authentication } from './authentication/index.ts';
import { authorization } from './authorization/index.ts';
import { autoscaling } from './autoscaling/index.ts';
import { batch } from './batch/index.ts';
import { certificates } from './certificates/index.ts';
import { coordination } from './coordination/index.ts';
import { core } from './core/index.ts';
import { discovery } from './discovery/index.ts';
import { events } from './events/index.ts';
import { flowcontrol } from './flowcontrol/index.ts';
import { networking } from './networking/index.ts';
import { node } from './node/index.ts';
import { policy } from './policy/index.ts';
import { rbac } from './rbac/index.ts';
import { resource } from './resource/index.ts';
import { scheduling } from './scheduling/index.ts';
import { storage } from './storage/index.ts';
import { storagemigration } from './storagemigration/index.ts';

/** Every built-in resource, groups and resources in the order of discovery. */
export const builtinResources: readonly ResourceDefinition[] = [
  ...core,
  ...apiregistration,
  ...apps,
  ...events,
  ...authentication,
  ...authorization,
  ...autoscaling,
  ...batch,
  ...certificates,
  ...networking,
  ...policy,
  ...rbac,
  ...storage,
  ...admissionregistration,
  ...apiextensions,
  ...scheduling,
  ...coordination,
  ...node,
  ...discovery,
  ...resource,
  ...flowcontrol,
  ...apiserverinternal,
  ...storagemigration,
];
