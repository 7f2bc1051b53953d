import { bootstrapApiServices } from './api-services.ts';
import { authenticationTrust, legacyTokenTracking } from './config-maps.ts';
import { bootstrapFlowControl } from './flowcontrol/objects.ts';
import { identityLease } from './identity-lease.ts';
import { kubernetesService } from './kubernetes-service.ts';
import { bootstrapNamespaces } from './namespaces.ts';
import { bootstrapPriorityClasses } from './priority-classes.ts';
import { bootstrapRbac } from './rbac/objects.ts';
import { defaultStorageClass } from './storage-class.ts';
import type { BootstrapObject, BootstrapOptions } from './types.ts';

export type { BootstrapObject, BootstrapOptions, RequestHeaderOptions } from './types.ts';

/**
 * What a server contains before any controller runs, in the order in which to write it: whatever an object needs comes
 * before it. Pure; called once at every start.
 */
export function bootstrapObjects(options: BootstrapOptions): readonly BootstrapObject[] {
  return [
    ...bootstrapNamespaces(),
    ...bootstrapRbac(),
    ...bootstrapFlowControl(options.nowMs),
    ...bootstrapPriorityClasses(),
    ...bootstrapApiServices(options),
    authenticationTrust(options),
    legacyTokenTracking(options.nowMs),
    ...kubernetesService(options),
    identityLease(options),
    ...(options.storageClass === '' ? [] : [defaultStorageClass(options.storageClass)]),
  ];
}
