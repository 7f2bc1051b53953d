import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { structIn } from '../../struct-fields.ts';
import { labelWithName } from './defaults.ts';
import {
  finalizersOf,
  validateNamespace,
  validateNamespaceFinalize,
  validateNamespaceStatus,
} from './validation.ts';

/** Held until the contents of the namespace are gone; removed through `/finalize`. */
const contentFinalizer = 'kubernetes';

function setFinalizers(object: KubeObject, finalizers: readonly string[]): void {
  const spec = structIn<{ finalizers?: string[] }>(object, 'spec');
  if (finalizers.length > 0) spec.finalizers = [...finalizers];
  else delete spec.finalizers;
}

const setPhase = (object: KubeObject, phase: string): void => {
  structIn<{ phase?: string }>(object, 'status').phase = phase;
};

export const strategy: Strategy = {
  validateName: nameIsDNSLabel,
  prepareForCreate: (object) => {
    setPhase(object, 'Active');
    const given = finalizersOf(object);
    if (!given.includes(contentFinalizer)) setFinalizers(object, [...given, contentFinalizer]);
    labelWithName(object);
  },
  prepareForUpdate: (object, old) => {
    setFinalizers(object, finalizersOf(old));
    labelWithName(object);
  },
  validate: validateNamespace,
  validateUpdate: validateNamespace,
  checksPreconditionsItself: true,
  holdsDeletion: (object) => finalizersOf(object).length > 0,
  prepareForDeletion: (object) => setPhase(object, 'Terminating'),
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/finalize` writes everything but the fields it resets. */
export const finalizeStrategy: Strategy = {
  prepareForUpdate: labelWithName,
  validateUpdate: validateNamespaceFinalize,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: labelWithName,
  validateUpdate: validateNamespaceStatus,
  resetFields: ['spec'],
};
