import { betaCertificates, certificates, rbac } from './access.ts';
import { policies, webhooks } from './admission.ts';
import { extensions, flowcontrol, internal, node, scheduling } from './cluster.ts';
import { configuration, networkOfCore, podsOfCore, volumesOfCore } from './core.ts';
import { alphaDevices, devices } from './devices.ts';
import type { KindCase } from './kind-case.ts';
import { candidates, coordination, discovery, networking } from './network.ts';
import { storage } from './storage.ts';
import { apps, autoscaling, batch, policy } from './workloads.ts';

/** Every kind that is stored, in every version it is served in. */
export const kinds: readonly KindCase[] = [
  ...configuration,
  ...networkOfCore,
  ...podsOfCore,
  ...volumesOfCore,
  ...apps,
  ...batch,
  ...autoscaling,
  ...policy,
  ...networking,
  ...discovery,
  ...coordination,
  ...candidates,
  ...rbac,
  ...certificates,
  ...betaCertificates,
  ...storage,
  ...scheduling,
  ...node,
  ...webhooks,
  ...policies,
  ...flowcontrol,
  ...internal,
  ...extensions,
  ...devices,
  ...alphaDevices,
];
