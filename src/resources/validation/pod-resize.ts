import type { IContainer, IPod, IPodSpec, IResourceRequirements } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, forbidden, invalid } from '../../apimachinery/field-error.ts';
import { jsonEqual, setOwn } from '../../apimachinery/object.ts';
import { isRestartableInitContainer } from './pod-resources.ts';
import { validatePod } from './pod-spec.ts';
import { isMirrorPod } from './pod-update.ts';
import { computeQOSClass, qosClassOf } from './qos.ts';
import type { ResourceList } from './resource-list.ts';

const specPath = FieldPath.of('spec');
const resizable = ['cpu', 'memory'];
const lists = ['containers', 'initContainers'] as const;

/**
 * An update through `/resize`: cpu and memory of containers and sidecars, and of the pod as a whole, without what holds
 * for the metadata of every kind. Neither object is changed.
 */
export function validatePodResize(pod: IPod, old: IPod): FieldError[] {
  const whole = (message: string) => [forbidden(FieldPath.root, message)];
  if (isMirrorPod(old)) return whole('static pods cannot be resized');
  if (old.spec?.os?.name === 'windows') return whole('windows pods cannot be resized');
  const spec = pod.spec ?? ({} as IPodSpec);
  const oldSpec = old.spec ?? ({} as IPodSpec);
  const errors = validatePod(pod, old);
  if (qosClassOf(old) !== computeQOSClass(spec)) {
    const detail = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid(specPath, pod.status?.qosClass ?? '', detail));
  }
  if (!nodeCanResize(old)) {
    errors.push(forbidden(specPath, 'Pod running on node without support for resize'));
  }
  errors.push(...validatePodLevelResize(spec, oldSpec));
  const order = validateContainerOrder(spec, oldSpec);
  if (order.length > 0) return [...errors, ...order];
  errors.push(
    ...validateNothingRemoved(spec, oldSpec, 'initContainers'),
    ...validateNothingRemoved(spec, oldSpec, 'containers'),
    ...validateContainersResize(spec, oldSpec),
    ...validateInitContainersResize(spec, oldSpec),
  );
  if (errors.length > 0) return errors;
  return onlyResized(spec, oldSpec) ? [] : [forbidden(specPath, 'only cpu and memory resources are mutable')];
}

/** A node that can resize reports the resources of running containers. */
function nodeCanResize({ status }: IPod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return running === undefined || running.resources !== undefined;
}

function validatePodLevelResize({ resources: now }: IPodSpec, { resources: before }: IPodSpec): FieldError[] {
  if (!before) return [];
  const path = specPath.child('resources');
  if (!now) return [forbidden(path, 'pod-level resources cannot be removed')];
  const errors = (['requests', 'limits'] as const)
    .filter((field) => isRemoved(now[field], before[field]))
    .map((field) => forbidden(path.child(field), `pod-level resource ${field} cannot be removed`));
  if (!jsonEqual(masked(now, before), normalized(before))) {
    errors.push(forbidden(specPath, 'only cpu and memory resources are mutable at pod-level'));
  }
  return errors;
}

/** No container comes, goes, moves or changes its name. */
function validateContainerOrder(spec: IPodSpec, old: IPodSpec): FieldError[] {
  return lists.flatMap((field) => {
    const [now = [], before = []] = [spec[field], old[field]];
    const path = specPath.child(field);
    if (now.length !== before.length)
      return [forbidden(path, `${field} may not be added or removed on resize`)];
    return before.flatMap(({ name }, i) =>
      now[i]!.name === name
        ? []
        : [forbidden(path.index(i).child('name'), `${field} may not be renamed or reordered on resize`)],
    );
  });
}

/** Containers of one list and what they were, pairwise: the order is settled. */
const pairs = (spec: IPodSpec, old: IPodSpec, field: (typeof lists)[number]) =>
  (old[field] ?? []).map((before, i) => ({
    now: spec[field]![i]!,
    before,
    path: specPath.child(field).index(i),
  }));

const validateNothingRemoved = (spec: IPodSpec, old: IPodSpec, field: (typeof lists)[number]): FieldError[] =>
  pairs(spec, old, field).flatMap(({ now, before, path }) =>
    (['requests', 'limits'] as const)
      .filter((list) => isRemoved(now.resources?.[list], before.resources?.[list]))
      .map((list) => forbidden(path.child('resources', list), `resource ${list} cannot be removed`)),
  );

const validateContainersResize = (spec: IPodSpec, old: IPodSpec): FieldError[] =>
  pairs(spec, old, 'containers')
    .filter(({ now, before }) => !sameButResized(now, before))
    .map(() => forbidden(specPath, 'only cpu and memory resources are mutable'));

function validateInitContainersResize(spec: IPodSpec, old: IPodSpec): FieldError[] {
  return pairs(spec, old, 'initContainers').flatMap(({ now, before, path }) => {
    const errors = sameButResized(now, before)
      ? []
      : [forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable')];
    if (isRestartableInitContainer(before) || jsonEqual(now, before)) return errors;
    const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
    const restarts = (now.resizePolicy ?? []).filter(
      ({ restartPolicy }) => restartPolicy === 'RestartContainer',
    );
    return [...errors, ...restarts.map(() => forbidden(path, detail))];
  });
}

const isRemoved = (now: ResourceList | undefined, before: ResourceList | undefined): boolean =>
  Object.keys(before ?? {}).some((name) => !Object.hasOwn(now ?? {}, name));

const sameButResized = (now: IContainer, before: IContainer): boolean =>
  jsonEqual(
    { ...now, resources: masked(now.resources, before.resources) },
    { ...before, resources: normalized(before.resources) },
  );

/** The new resources with the old cpu and memory. */
const masked = (now: IResourceRequirements | undefined, before: IResourceRequirements | undefined) => ({
  claims: now?.claims,
  limits: maskedList(now?.limits, before?.limits),
  requests: maskedList(now?.requests, before?.requests),
});

const normalized = (resources: IResourceRequirements | undefined) => masked(resources, resources);

function maskedList(now: ResourceList = {}, before: ResourceList = {}): ResourceList {
  const list: ResourceList = {};
  for (const name of Object.keys(now)) if (!resizable.includes(name)) setOwn(list, name, now[name]);
  for (const name of resizable) if (Object.hasOwn(before, name)) list[name] = before[name]!;
  return list;
}

/** Containers and pod-level resources have been looked at; nothing else may differ. */
const onlyResized = (spec: IPodSpec, old: IPodSpec): boolean =>
  jsonEqual(
    { ...spec, containers: undefined, initContainers: undefined, resources: undefined },
    { ...old, containers: undefined, initContainers: undefined, resources: undefined },
  );
