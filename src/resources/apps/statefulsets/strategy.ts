import type { IStatefulSetSpec } from 'kubernetes-models/apps/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { readStruct } from '../../struct-fields.ts';
import { claimSpecWarnings } from '../../warnings/claims.ts';
import { desiredStateMoved, templateWarnings } from '../../warnings/workload.ts';
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

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit = 0 } = readStruct<IStatefulSetSpec>(
    object,
    'spec',
  );
  return [
    ...(desiredStateMoved(object, old) ? templateWarnings(object) : []),
    ...volumeClaimTemplates.flatMap((claim, i) => {
      const path = FieldPath.of('spec', 'volumeClaimTemplates').index(i);
      // The reference server names the paths so, on create without the spec.
      return claimSpecWarnings(claim.spec ?? {}, old ? path.child('Spec') : path);
    }),
    ...(revisionHistoryLimit < 0 ? [negativeHistoryWarning] : []),
  ];
}

export const strategy: Strategy = withoutDisabledPodFields('apps/statefulsets', {
  prepareForCreate: (object) => dropMaxUnavailable(object),
  prepareForUpdate: dropMaxUnavailable,
  bumpsGeneration: specChanged,
  validateName: nameIsDNSLabel,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings,
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateStatefulSetStatusUpdate,
  resetFields: ['spec'],
};
