import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { nodeLabelDeprecation } from '../../warnings/node-labels.ts';
import { validateStorageClass, validateStorageClassUpdate } from './validation.ts';

const warnings = (object: KubeObject): string[] =>
  ((object as unknown as IStorageClass).allowedTopologies ?? []).flatMap(({ matchLabelExpressions }, i) =>
    (matchLabelExpressions ?? []).flatMap(({ key }, j) => {
      const message = nodeLabelDeprecation(key);
      return message ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${message}`] : [];
    }),
  );

export const strategy: Strategy = {
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warnings,
  deleteReturnsObject: true,
};
