import type { IRuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { nodeLabelDeprecation } from '../../warnings/node-labels.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validation.ts';

const warnings = (object: KubeObject): string[] =>
  Object.keys((object as unknown as IRuntimeClass).scheduling?.nodeSelector ?? {})
    .map(nodeLabelDeprecation)
    .filter((message) => message !== undefined)
    .map((message) => `scheduling.nodeSelector: ${message}`);

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
  warnings,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
