import type { IService } from 'kubernetes-models/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { warningsForIP } from '../../ip-fields.ts';
import { keepAllocated, pairClusterIPs, pairNewClusterIPs } from './allocated.ts';
import { specOf } from './kinds.ts';
import { validateServiceStatus } from './status-validation.ts';
import { dropInternalPolicy } from './traffic.ts';
import { wipeForType } from './type-change.ts';
import { validateService, validateServiceUpdate } from './validation.ts';
import { serviceWarnings } from './warnings.ts';

export const strategy: Strategy = {
  validateName: nameIsDNSLabel,
  prepareForCreate: (object) => {
    pairNewClusterIPs(object);
    dropInternalPolicy(specOf(object));
  },
  prepareForUpdate: (object, old) => {
    keepAllocated(object, old);
    pairClusterIPs(object, old);
    wipeForType(object, old);
    dropInternalPolicy(specOf(object));
  },
  validate: (object) => validateService(object),
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
  allowCreateOnUpdate: true,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

function ingressWarnings(object: KubeObject): string[] {
  const path = FieldPath.of('status', 'loadBalancer', 'ingress');
  return ((object as unknown as IService).status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
    ip ? warningsForIP(ip, path.index(i)) : [],
  );
}

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateServiceStatus,
  warnings: ingressWarnings,
  resetFields: ['spec'],
};
