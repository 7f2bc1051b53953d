import type { IServiceSpec } from 'kubernetes-models/v1';
import { isHeadless } from '../../resources/core/services/kinds.ts';
import { keepsPreferDualStack } from './ip-families.ts';
import { familiesOf, heldAddresses } from './service-spec.ts';

/** What a write does to the addresses of a service. */
export interface AddressPlan {
  /** Positions in `ipFamilies` and `clusterIPs` that need an address. */
  readonly allocate: readonly number[];
  /** Addresses that the service has no use for once it is written. */
  readonly release: readonly string[];
}

const nothing: AddressPlan = { allocate: [], release: [] };

/** `spec` has its families already (`allocClusterIPs` and `updateClusterIPs` of service/storage). */
export function planAddresses(spec: IServiceSpec, old: IServiceSpec | undefined): AddressPlan {
  if (!old || old.type === 'ExternalName') return planNew(spec);
  if (spec.type === 'ExternalName') return { allocate: [], release: heldAddresses(old) };
  if (keepsPreferDualStack(spec, old) || isHeadless(old)) return nothing;
  const before = familiesOf(old).length;
  const after = (spec.ipFamilies ?? []).length;
  if (before === 1 && after === 2) return { allocate: [1], release: [] };
  if (before === 2 && after === 1) return { allocate: [], release: heldAddresses(old).slice(1) };
  return nothing;
}

function planNew(spec: IServiceSpec): AddressPlan {
  if (spec.type === 'ExternalName' || isHeadless(spec)) return nothing;
  return { allocate: (spec.ipFamilies ?? []).map((_, i) => i), release: [] };
}
