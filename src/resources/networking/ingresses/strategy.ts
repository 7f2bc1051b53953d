import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { statusWarnings, validateIngressStatus } from './status-validation.ts';
import { classAnnotation, validateIngress, validateIngressSpec } from './validation.ts';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const annotated = Object.hasOwn(object.metadata.annotations ?? {}, classAnnotation);
  const named = (object as unknown as IIngress).spec?.ingressClassName !== undefined;
  return !old && annotated && !named
    ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
    : [];
}

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: validateIngress,
  validateUpdate: validateIngressSpec,
  warnings,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateIngressStatus,
  warnings: statusWarnings,
  resetFields: ['spec'],
};
