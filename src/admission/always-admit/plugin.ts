import type { AdmissionPluginFactory } from '../types.ts';

/** Does nothing. It is there because old start scripts name it. */
export const alwaysAdmit: AdmissionPluginFactory = () => ({ name: 'AlwaysAdmit' });
