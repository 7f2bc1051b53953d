import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { ipBlockWarnings } from './ip-blocks.ts';
import { validateNetworkPolicy } from './validation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: (object) => validateNetworkPolicy(object),
  validateUpdate: validateNetworkPolicy,
  warnings: (object) => ipBlockWarnings((object as unknown as INetworkPolicy).spec ?? {}),
};
