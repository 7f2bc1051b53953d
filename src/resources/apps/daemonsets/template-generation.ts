import type { IDaemonSetSpec } from 'kubernetes-models/apps/v1';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

/** Where apps/v1 shows the field that older versions had as `spec.templateGeneration`. */
export const annotation = 'deprecated.daemonset.template.generation';

function templateGeneration({ metadata: { annotations = {} } }: KubeObject): number {
  const text = Object.hasOwn(annotations, annotation) ? annotations[annotation]! : '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function setTemplateGeneration(object: KubeObject, generation: number): void {
  object.metadata.annotations = { ...object.metadata.annotations, [annotation]: String(generation) };
}

/** A sender may choose where to begin, not more. */
export const startTemplateGeneration = (object: KubeObject): void =>
  setTemplateGeneration(object, Math.max(templateGeneration(object), 1));

/** Counts the changes of the template; what the sender wrote does not matter. */
export function advanceTemplateGeneration(object: KubeObject, old: KubeObject): void {
  setTemplateGeneration(object, templateGeneration(old) + (templateChanged(object, old) ? 1 : 0));
}

const templateOf = (object: KubeObject) => readStruct<IDaemonSetSpec>(object, 'spec').template;

export const templateChanged = (object: KubeObject, old: KubeObject): boolean =>
  !jsonEqual(templateOf(object), templateOf(old));

/** A write of the status leaves it alone. */
export const keepTemplateGeneration = (object: KubeObject, old: KubeObject): void =>
  setTemplateGeneration(object, templateGeneration(old));
