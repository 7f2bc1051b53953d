import type { IEndpoints } from 'kubernetes-models/v1/Endpoints';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { warningsForIP } from '../../ip-fields.ts';
import { validateEndpoints, validateEndpointsUpdate } from './validation.ts';

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const controllerName = 'endpoint-controller';

/** Addresses in odd forms; the controller only copies what others wrote, so it isn't told. */
function warnings(object: KubeObject): string[] {
  if (object.metadata.labels?.[managedByLabel] === controllerName) return [];
  return ((object as unknown as IEndpoints).subsets ?? []).flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((field) =>
      (subset[field] ?? []).flatMap(({ ip }, j) =>
        warningsForIP(ip, FieldPath.of('subsets').index(i).child(field).index(j).child('ip')),
      ),
    ),
  );
}

export const strategy: Strategy = {
  validate: validateEndpoints,
  validateUpdate: validateEndpointsUpdate,
  warnings,
  allowCreateOnUpdate: true,
};
