import { refuse } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

/** Makes a server read-only, for everybody. */
export const alwaysDeny: AdmissionPluginFactory = () => ({
  name: 'AlwaysDeny',
  mutate: deny,
  validate: deny,
});

function deny(request: AdmissionRequest): never {
  throw refuse(request, 'admission control is denying all modifications');
}
