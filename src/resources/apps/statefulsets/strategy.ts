import type { IStatefulSetSpec } from 'kubernetes-models/apps/v1';
import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { readStruct } from '../../struct-fields.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from './validation.ts';

const negativeHistoryWarning =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

/** `maxUnavailable` belongs to a feature that is off: it is taken in only where it already was. */
function dropMaxUnavailable(object: KubeObject, old?: KubeObject): void {
  const rollingUpdate = rollingUpdateOf(object);
  if (rollingUpdate && rollingUpdateOf(old)?.maxUnavailable === undefined) {
    delete rollingUpdate.maxUnavailable;
  }
}

const rollingUpdateOf = (object: KubeObject | undefined) =>
  readStruct<IStatefulSetSpec>(object, 'spec').updateStrategy?.rollingUpdate;

export const strategy: Strategy = {
  prepareForCreate: (object) => dropMaxUnavailable(object),
  prepareForUpdate: dropMaxUnavailable,
  bumpsGeneration: specChanged,
  validateName: nameIsDNSLabel,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: (object) =>
    (readStruct<IStatefulSetSpec>(object, 'spec').revisionHistoryLimit ?? 0) < 0
      ? [negativeHistoryWarning]
      : [],
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateStatefulSetStatusUpdate,
  resetFields: ['spec'],
};
