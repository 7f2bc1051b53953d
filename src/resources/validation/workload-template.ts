import type { IPodTemplateSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type { LabelSelector, LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { validateImmutableField } from '../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { readStruct } from '../struct-fields.ts';
import { validateLabelSelector } from './label-selector.ts';
import { validatePodTemplateSpec } from './pod-spec.ts';
import { isEmptySelector, selectorOf } from './selectors.ts';
import { sortedMap } from './values.ts';

/** A workload must say which pods are its own. `kind` is how the message names it. */
export function validateWorkloadSelector(
  selector: LabelSelectorObject | undefined,
  kind: string,
  path: FieldPath,
): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector)) {
    errors.push(invalid(path, selector, `empty selector is invalid for ${kind}`));
  }
  return errors;
}

/** The pods a workload makes must be pods it selects. */
export function validateTemplateIsSelected(
  template: IPodTemplateSpec,
  selector: LabelSelector,
  path: FieldPath,
): FieldError[] {
  const labels = template.metadata?.labels;
  if (selector.empty || selector.matches(labels)) return [];
  const detail = '`selector` does not match template `labels`';
  return [invalid(path.child('metadata', 'labels'), sortedMap(labels), detail)];
}

/** Workloads that keep pods running neither let them finish nor give them a deadline. */
export function validateRunsForever(template: IPodTemplateSpec, kind: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const restartPolicy = template.spec?.restartPolicy ?? '';
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(path.child('spec', 'restartPolicy'), restartPolicy, ['Always']));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden(path.child('spec', 'activeDeadlineSeconds'), detail));
  }
  return errors;
}

/** Which pods are a workload's own is settled when it is made. */
export function validateSelectorKept(object: KubeObject, old: KubeObject): FieldError[] {
  const selectorIn = (workload: KubeObject) => readStruct<{ selector?: unknown }>(workload, 'spec').selector;
  return validateImmutableField(selectorIn(object), selectorIn(old), FieldPath.of('spec', 'selector'));
}

interface ReplacementStrategy {
  readonly type?: string;
  readonly rollingUpdate?: {
    readonly maxUnavailable?: number | string;
    readonly maxSurge?: number | string;
  };
}

/** A way of replacing pods that is none of `types`. */
export function unknownStrategy(
  { type = '', rollingUpdate }: ReplacementStrategy,
  types: readonly string[],
  path: FieldPath,
): FieldError {
  // The internal type has no JSON names, and that is what the reference server prints.
  const { maxUnavailable: MaxUnavailable = 0, maxSurge: MaxSurge = 0 } = rollingUpdate ?? {};
  const printed = { Type: type, RollingUpdate: rollingUpdate ? { MaxUnavailable, MaxSurge } : null };
  return notSupported(path, printed, types);
}

/** What ReplicaSets, and Deployments through them, ask of selector and template. */
export function validateReplicaTemplate(
  spec: { readonly selector?: LabelSelectorObject; readonly template?: IPodTemplateSpec },
  path: FieldPath,
): FieldError[] {
  const selectorPath = path.child('selector');
  const errors = validateWorkloadSelector(spec.selector, 'deployment', selectorPath);
  const selector = selectorOf(spec.selector);
  if (!selector) return [...errors, invalid(selectorPath, spec.selector, 'invalid label selector')];
  const template = spec.template ?? {};
  const templatePath = path.child('template');
  return [
    ...errors,
    ...validateTemplateIsSelected(template, selector, templatePath),
    ...validatePodTemplateSpec(template, templatePath),
    ...validateRunsForever(template, 'ReplicaSet', templatePath),
  ];
}
