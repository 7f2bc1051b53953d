import { flag } from '../flag.ts';
import * as type from '../flag-types.ts';

const minuteMs = 60_000;

export const resourcesFlags = Object.freeze({
  'service-cluster-ip-range': flag(
    type.cidrs,
    ['10.0.0.0/24'],
    'Addresses of Services: one range, or one of each family.',
  ),
  'service-node-port-range': flag(
    type.portRange,
    { from: 30_000, to: 32_767 },
    'Ports of NodePort Services.',
  ),
  'event-ttl': flag(type.durationMs, 60 * minuteMs, 'How long events are kept.'),
  'allow-privileged': flag(type.boolean, true, 'Whether pods may have privileged containers.'),
  'runtime-config': flag(type.switches, {}, 'API versions on or off: api/beta=true, batch/v1=false, …'),
});
