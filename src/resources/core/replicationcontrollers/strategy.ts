import type { IReplicationController } from 'kubernetes-models/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { nameWarnings } from '../../name-warning.ts';
import { podTemplateWarnings } from '../../warnings/pod.ts';
import { validateReplicationController, validateReplicationControllerStatus } from './validation.ts';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  if (old && !specChanged(object, old)) return [];
  const template = (object as unknown as IReplicationController).spec?.template;
  return [
    ...(old ? [] : nameWarnings(object.metadata.name)),
    ...podTemplateWarnings(template, FieldPath.of('spec', 'template')),
  ];
}

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  warnings,
  defaultPropagation: 'Orphan',
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateReplicationControllerStatus,
  resetFields: ['spec'],
};
