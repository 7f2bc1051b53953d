import type { IPodTemplateSpec } from 'kubernetes-models/v1';
import { FieldPath } from '../../apimachinery/field-error.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { nameWarnings } from '../name-warning.ts';
import { readStruct } from '../struct-fields.ts';
import { podTemplateWarnings } from './pod.ts';

const templatePath = FieldPath.of('spec', 'template');

/** What is wrong with a workload is said when it is made and whenever its desired state changes. */
export const desiredStateMoved = (object: KubeObject, old: KubeObject | undefined): boolean =>
  !old || object.metadata.generation !== old.metadata.generation;

/** Warnings on the template of a workload, whatever changed. */
export const templateWarnings = (object: KubeObject): string[] =>
  podTemplateWarnings(readStruct<{ template?: IPodTemplateSpec }>(object, 'spec').template, templatePath);

/** Warnings on a workload whose pods are called after it and made from `spec.template`. */
export const workloadWarnings = (object: KubeObject, old: KubeObject | undefined): string[] => [
  ...(old ? [] : nameWarnings(object.metadata.name)),
  ...(desiredStateMoved(object, old) ? templateWarnings(object) : []),
];
