import type {
  IContainer,
  INodeAffinity,
  INodeSelectorTerm,
  IPod,
  IPodSchedulingGate,
  IPodSpec,
} from 'kubernetes-models/v1';
import { type FieldError, FieldPath, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import { isInRange } from '../../apimachinery/names.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { validateImageTrimmed } from './containers.ts';
import { mirrorAnnotation, validatePodAnnotationsUpdate } from './pod-annotations.ts';
import { validatePod } from './pod-spec.ts';
import { specDiff } from './spec-diff.ts';
import { validateOnlyAddedTolerations } from './tolerations.ts';
import { invalidFor } from './values.ts';

const maxInt32 = 2 ** 31 - 1;
const specPath = FieldPath.of('spec');
const annotationsPath = FieldPath.of('metadata', 'annotations');
const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';

const updatableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

const specOf = (pod: IPod): IPodSpec => pod.spec ?? ({} as IPodSpec);

const validateAnnotationsUpdate = (pod: IPod, old: IPod): FieldError[] =>
  validatePodAnnotationsUpdate(
    pod.metadata?.annotations,
    old.metadata?.annotations,
    specOf(pod),
    annotationsPath,
  );

export const isMirrorPod = (pod: IPod): boolean =>
  Object.hasOwn(pod.metadata?.annotations ?? {}, mirrorAnnotation);

/** An update of the pod itself, without what holds for the metadata of every kind. Neither object is changed. */
export function validatePodUpdate(pod: IPod, old: IPod): FieldError[] {
  const spec = specOf(pod);
  const oldSpec = specOf(old);
  const errors = [...validatePod(pod, old), ...validateAnnotationsUpdate(pod, old)];
  for (const field of ['containers', 'initContainers'] as const) {
    const [now = [], before = []] = [spec[field], oldSpec[field]];
    const path = specPath.child(field);
    if (now.length !== before.length) {
      return [...errors, forbidden(path, 'pod updates may not add or remove containers')];
    }
    errors.push(...validateImages(now, path));
  }
  const deadline = validateDeadlineUpdate(spec, oldSpec);
  errors.push(...deadline);
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(
    ...validateOnlyAddedTolerations(spec.tolerations, oldSpec.tolerations, specPath.child('tolerations')),
    ...validateOnlyDeletedGates(
      spec.schedulingGates,
      oldSpec.schedulingGates,
      specPath.child('schedulingGates'),
    ),
  );
  return [...errors, ...validateRestUnchanged(spec, oldSpec)];
}

const validateImages = (containers: readonly IContainer[], path: FieldPath): FieldError[] =>
  containers.flatMap((container, i) => [
    ...(container.image ? [] : [required(path.index(i).child('image'))]),
    ...validateImageTrimmed(container, path.index(i)),
  ]);

/** The deadline may come, and come nearer; it may not go. */
function validateDeadlineUpdate({ activeDeadlineSeconds: now }: IPodSpec, old: IPodSpec): FieldError[] {
  const path = specPath.child('activeDeadlineSeconds');
  const before = old.activeDeadlineSeconds;
  if (now === undefined) {
    return before === undefined
      ? []
      : [invalid(path, null, 'must not update from a positive integer to nil value')];
  }
  const range = invalidFor(isInRange(now, 0, maxInt32), now, path);
  if (range.length > 0) return range;
  return before !== undefined && before < now
    ? [invalid(path, now, 'must be less than or equal to previous value')]
    : [];
}

function validateOnlyDeletedGates(
  gates: readonly IPodSchedulingGate[] = [],
  old: readonly IPodSchedulingGate[] = [],
  path: FieldPath,
): FieldError[] {
  const known = new Set(old.map(({ name }) => name));
  return gates.flatMap(({ name }, i) =>
    known.has(name)
      ? []
      : [
          forbidden(
            path.index(i).child('name'),
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

/** Puts the old values of what may change into the new spec; what then still differs may not. */
function validateRestUnchanged(spec: IPodSpec, old: IPodSpec): FieldError[] {
  // Most updates change metadata only.
  if (jsonEqual(spec, old)) return [];
  const errors: FieldError[] = [];
  const masked: IPodSpec = {
    ...spec,
    containers: withImages(spec.containers, old.containers)!,
    initContainers: withImages(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    masked.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  }
  if ((old.schedulingGates ?? []).length > 0) errors.push(...maskGatedScheduling(masked, old));
  if (jsonEqual(withoutEmpty(masked), withoutEmpty(old))) return errors;
  const detail = `pod updates may not change fields other than ${updatableFields}\n${specDiff(old, masked)}`;
  return [...errors, forbidden(specPath, detail)];
}

const withImages = (containers: IContainer[] | undefined, old: IContainer[] | undefined) =>
  containers?.map((container, i) => ({ ...container, image: old![i]!.image }));

/** Upstream doesn't tell an absent list or map from an empty one. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !(Array.isArray(item) && item.length === 0))
      .map(([key, item]) => [key, withoutEmpty(item)]),
  );
}

/** A pod that waits at a gate may narrow where it can run: node selector and required node affinity. */
function maskGatedScheduling(masked: IPodSpec, old: IPodSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!jsonEqual(masked.nodeSelector, old.nodeSelector)) {
    const [now = {}, before = {}] = [masked.nodeSelector, old.nodeSelector];
    const kept = Object.keys(before).every((key) => Object.hasOwn(now, key) && now[key] === before[key]);
    if (!kept) {
      const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
      errors.push(invalid(specPath.child('nodeSelector'), now, detail));
    }
    masked.nodeSelector = old.nodeSelector;
  }
  const [now, before] = [masked.affinity?.nodeAffinity, old.affinity?.nodeAffinity];
  if (jsonEqual(now, before)) return errors;
  const { podAffinity, podAntiAffinity } = masked.affinity ?? {};
  const affinity = { nodeAffinity: before, podAffinity, podAntiAffinity };
  masked.affinity = old.affinity || podAffinity || podAntiAffinity ? affinity : undefined;
  return [
    ...errors,
    ...validateNodeAffinityNarrowed(now, before, specPath.child('affinity', 'nodeAffinity')),
  ];
}

function validateNodeAffinityNarrowed(
  now: INodeAffinity | undefined,
  before: INodeAffinity | undefined,
  path: FieldPath,
): FieldError[] {
  const oldTerms = before?.[requiredTerms]?.nodeSelectorTerms ?? [];
  const terms = now?.[requiredTerms]?.nodeSelectorTerms ?? [];
  const termsPath = path.child(requiredTerms, 'nodeSelectorTerms');
  if (oldTerms.length > 0 && oldTerms.length !== terms.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalid(termsPath, terms, detail)];
  }
  return oldTerms.flatMap((oldTerm, i) =>
    hasOnlyAdditions(terms[i]!, oldTerm)
      ? []
      : [invalid(termsPath.index(i), terms[i], 'only additions are allowed (no mutations or deletions)')],
  );
}

function hasOnlyAdditions(term: INodeSelectorTerm, old: INodeSelectorTerm): boolean {
  const fields = ['matchExpressions', 'matchFields'] as const;
  // A term that matches nothing would match something by an addition.
  if (fields.every((field) => (old[field] ?? []).length === 0)) {
    return fields.every((field) => (term[field] ?? []).length === 0);
  }
  return fields.every((field) => {
    const before = old[field] ?? [];
    return jsonEqual((term[field] ?? []).slice(0, before.length), before);
  });
}

/** An update through `/ephemeralcontainers`: containers may come, not go nor change. */
export function validatePodEphemeralContainersUpdate(pod: IPod, old: IPod): FieldError[] {
  if (isMirrorPod(old)) {
    return [forbidden(FieldPath.root, 'static pods do not support ephemeral containers')];
  }
  const errors = [...validatePod(pod, old), ...validateAnnotationsUpdate(pod, old)];
  const path = specPath.child('ephemeralContainers');
  const byName = new Map(
    (specOf(pod).ephemeralContainers ?? []).map((container) => [container.name, container]),
  );
  for (const before of specOf(old).ephemeralContainers ?? []) {
    const name = JSON.stringify(before.name);
    const now = byName.get(before.name);
    if (!now) {
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    } else if (!jsonEqual(withoutEmpty(now), withoutEmpty(before))) {
      const diff = specDiff(before, now);
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be changed\n${diff}`));
    }
  }
  return errors;
}
