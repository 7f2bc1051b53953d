import { definition as deviceclasses } from './deviceclasses/definition.ts';
import { definition as devicetaintrules } from './devicetaintrules/definition.ts';
import { definition as resourceclaims } from './resourceclaims/definition.ts';
import { definition as resourceclaimtemplates } from './resourceclaimtemplates/definition.ts';
import { definition as resourcepoolstatusrequests } from './resourcepoolstatusrequests/definition.ts';
import { definition as resourceslices } from './resourceslices/definition.ts';

/** In the order of discovery. */
export const resource = [
  deviceclasses,
  resourceclaims,
  resourceclaimtemplates,
  resourceslices,
  devicetaintrules,
  resourcepoolstatusrequests,
] as const;
