import { definition as csidrivers } from './csidrivers/definition.ts';
import { definition as csinodes } from './csinodes/definition.ts';
import { definition as csistoragecapacities } from './csistoragecapacities/definition.ts';
import { definition as storageclasses } from './storageclasses/definition.ts';
import { definition as volumeattachments } from './volumeattachments/definition.ts';
import { definition as volumeattributesclasses } from './volumeattributesclasses/definition.ts';

/** In the order of discovery. */
export const storage = [
  csidrivers,
  csinodes,
  csistoragecapacities,
  storageclasses,
  volumeattachments,
  volumeattributesclasses,
] as const;
