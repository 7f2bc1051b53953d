import { definition as mutatingadmissionpolicies } from './mutatingadmissionpolicies/definition.ts';
import { definition as mutatingadmissionpolicybindings } from './mutatingadmissionpolicybindings/definition.ts';
import { definition as mutatingwebhookconfigurations } from './mutatingwebhookconfigurations/definition.ts';
import { definition as validatingadmissionpolicies } from './validatingadmissionpolicies/definition.ts';
import { definition as validatingadmissionpolicybindings } from './validatingadmissionpolicybindings/definition.ts';
import { definition as validatingwebhookconfigurations } from './validatingwebhookconfigurations/definition.ts';

/** In the order of discovery. */
export const admissionregistration = [
  mutatingadmissionpolicies,
  mutatingadmissionpolicybindings,
  mutatingwebhookconfigurations,
  validatingadmissionpolicies,
  validatingadmissionpolicybindings,
  validatingwebhookconfigurations,
] as const;
