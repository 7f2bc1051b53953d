import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { structIn } from '../../struct-fields.ts';
import { formatWarnings } from './formats.ts';
import { type CrdStatus, storageVersionOf } from './types.ts';
import { validateDefinition, validateDefinitionStatus, validateDefinitionUpdate } from './validation.ts';

/** Remembers every version in which custom resources may have been stored. */
function recordStorageVersion(crd: KubeObject): void {
  const storage = storageVersionOf(crd);
  if (storage === undefined) return;
  const status = structIn<CrdStatus>(crd, 'status');
  const stored = status.storedVersions ?? [];
  if (!stored.includes(storage)) status.storedVersions = [...stored, storage];
}

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
  prepareForCreate: recordStorageVersion,
  prepareForUpdate: recordStorageVersion,
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  warnings: formatWarnings,
  resetFields: ['status'],
};

/** `/status` also writes metadata: the finalizer of a definition is removed through it. */
export const statusStrategy: Strategy = {
  allowUnconditionalUpdate: false,
  validateUpdate: validateDefinitionStatus,
  resetFields: ['spec'],
};
