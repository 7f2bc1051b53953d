import type { IJobSpec, IJobStatus } from 'kubernetes-models/batch/v1';
import type { IContainer, IPodSpec, IPodTemplateSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

const specPath = FieldPath.of('spec');
const immutableFields = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

export function validateImmutableParts(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readStruct<IJobSpec>(object, 'spec');
  const oldSpec = readStruct<IJobSpec>(old, 'spec');
  const template = spec.template ?? {};
  const oldTemplate = oldSpec.template ?? {};
  const comparedTo = mayBeRescheduled(old) ? withMutableParts(oldTemplate, template) : oldTemplate;
  return [
    ...validateCompletions(spec, oldSpec),
    ...validateImmutableField(spec.selector, oldSpec.selector, specPath.child('selector')),
    ...validateImmutableField(template, comparedTo, specPath.child('template')),
    ...immutableFields.flatMap((name) =>
      validateImmutableField(spec[name], oldSpec[name], specPath.child(name)),
    ),
  ];
}

/** Indexed jobs are scaled by changing completions and parallelism together. */
function validateCompletions(spec: IJobSpec, oldSpec: IJobSpec): FieldError[] {
  const path = specPath.child('completions');
  const { completionMode, completions, parallelism } = spec;
  if (completionMode !== 'Indexed') return validateImmutableField(completions, oldSpec.completions, path);
  if (completions === undefined || completions === oldSpec.completions || completions === parallelism) {
    return [];
  }
  return [invalid(path, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** A suspended job without running pods may be given another place and size before it goes on (KEP-2926, KEP-5440). */
function mayBeRescheduled(old: KubeObject): boolean {
  const { suspend } = readStruct<IJobSpec>(old, 'spec');
  const { startTime, active = 0 } = readStruct<IJobStatus>(old, 'status');
  return suspend === true && (startTime === undefined || active === 0);
}

/** The old template with those parts of the new one that may change. */
function withMutableParts(old: IPodTemplateSpec, template: IPodTemplateSpec): IPodTemplateSpec {
  const { labels, annotations } = template.metadata ?? {};
  return {
    ...old,
    metadata: mergeDefined(old.metadata, { labels, annotations }),
    spec: old.spec && withMutableSpec(old.spec, template.spec),
  } as IPodTemplateSpec;
}

function withMutableSpec(old: IPodSpec, spec: IPodSpec | undefined): IPodSpec {
  const { nodeSelector, tolerations, schedulingGates, containers, initContainers } = spec ?? {};
  return {
    ...(mergeDefined(old, { nodeSelector, tolerations, schedulingGates }) as IPodSpec),
    containers: withResources(old.containers, containers) ?? [],
    initContainers: withResources(old.initContainers, initContainers),
    affinity: withNodeAffinity(old.affinity, spec?.affinity),
  };
}

const withResources = (old: IContainer[] | undefined, containers: IContainer[] | undefined) =>
  old?.map(
    (container, i) => mergeDefined(container, { resources: containers?.[i]?.resources }) as IContainer,
  );

function withNodeAffinity(old: IPodSpec['affinity'], affinity: IPodSpec['affinity']): IPodSpec['affinity'] {
  const merged = { ...old, nodeAffinity: affinity?.nodeAffinity };
  return jsonEqual(merged, {}) && !affinity ? undefined : merged;
}

/** `base` with `changes` put over it; an absent value takes the field away. */
const mergeDefined = (base: object | undefined, changes: object): object => ({ ...base, ...changes });
