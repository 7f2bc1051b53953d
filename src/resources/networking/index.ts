import { definition as ingressclasses } from './ingressclasses/definition.ts';
import { definition as ingresses } from './ingresses/definition.ts';
import { definition as ipaddresses } from './ipaddresses/definition.ts';
import { definition as networkpolicies } from './networkpolicies/definition.ts';
import { definition as servicecidrs } from './servicecidrs/definition.ts';

/** In the order of discovery. */
export const networking = [ingressclasses, ingresses, ipaddresses, networkpolicies, servicecidrs] as const;
