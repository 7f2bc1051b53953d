import { definition as flowschemas } from './flowschemas/definition.ts';
import { definition as prioritylevelconfigurations } from './prioritylevelconfigurations/definition.ts';

/** In the order of discovery. */
export const flowcontrol = [flowschemas, prioritylevelconfigurations] as const;
