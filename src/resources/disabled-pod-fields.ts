import type { IContainer, IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Strategy } from '../scheme/definition.ts';
import { podTemplatePaths } from './pod-template-paths.ts';
import { readStruct } from './struct-fields.ts';

/** A field whose feature 1.36 has behind a gate that is off. */
interface DisabledField<T> {
  readonly isUsed: (holder: T) => boolean;
  readonly drop: (holder: T) => void;
}

/** Such fields are taken in only where they already were (`DropDisabledPodFields`). */
function dropFields<T>(fields: readonly DisabledField<T>[], now: T, before: T | undefined): void {
  for (const { isUsed, drop } of fields) {
    if (isUsed(now) && !(before && isUsed(before))) drop(now);
  }
}

function* containersOf({ initContainers, containers, ephemeralContainers }: IPodSpec): Generator<IContainer> {
  yield* initContainers ?? [];
  yield* containers ?? [];
  yield* ephemeralContainers ?? [];
}

const stopSignals: DisabledField<IPodSpec> = {
  isUsed: (spec) => containersOf(spec).some(({ lifecycle }) => lifecycle?.stopSignal !== undefined),
  drop: (spec) => {
    for (const container of containersOf(spec)) {
      const { lifecycle } = container;
      if (lifecycle?.stopSignal === undefined) continue;
      delete lifecycle.stopSignal;
      if (Object.keys(lifecycle).length === 0) delete container.lifecycle;
    }
  },
};

const projectedSources = ({ volumes = [] }: IPodSpec) =>
  volumes.flatMap(({ projected }) => projected?.sources ?? []);

/** What stays of the source is an empty one, which asks for nothing. */
const projection = (field: 'clusterTrustBundle' | 'podCertificate'): DisabledField<IPodSpec> => ({
  isUsed: (spec) => projectedSources(spec).some((source) => source[field] !== undefined),
  drop: (spec) => {
    for (const source of projectedSources(spec)) delete source[field];
  },
});

const schedulingGroup: DisabledField<IPodSpec> = {
  isUsed: (spec) => spec.schedulingGroup !== undefined,
  drop: (spec) => {
    delete spec.schedulingGroup;
  },
};

const specFields = [
  stopSignals,
  projection('clusterTrustBundle'),
  projection('podCertificate'),
  schedulingGroup,
];

function* statusesOf(status: IPodStatus) {
  yield* status.initContainerStatuses ?? [];
  yield* status.containerStatuses ?? [];
  yield* status.ephemeralContainerStatuses ?? [];
}

const statusFields: readonly DisabledField<IPodStatus>[] = [
  {
    isUsed: (status) =>
      statusesOf(status).some(({ volumeMounts = [] }) =>
        volumeMounts.some(({ volumeStatus }) => volumeStatus !== undefined),
      ),
    drop: (status) => {
      for (const { volumeMounts = [] } of statusesOf(status)) {
        for (const mount of volumeMounts) delete mount.volumeStatus;
      }
    },
  },
  {
    isUsed: ({ nodeAllocatableResourceClaimStatuses }) => nodeAllocatableResourceClaimStatuses !== undefined,
    drop: (status) => {
      delete status.nodeAllocatableResourceClaimStatuses;
    },
  },
];

const podSpecIn = (object: KubeObject, templatePath: readonly string[]): IPodSpec =>
  readStruct(
    templatePath.reduce<object>((parent, field) => readStruct(parent, field), object),
    'spec',
  );

/** Takes what the version does not know of by default out of a pod, or out of the template at the end of `templatePath`. */
export function dropDisabledPodFields(
  object: KubeObject,
  old: KubeObject | undefined,
  templatePath: readonly string[] = [],
): void {
  dropFields(specFields, podSpecIn(object, templatePath), old && podSpecIn(old, templatePath));
}

/** The same for the status of a pod. */
export const dropDisabledPodStatusFields = (object: KubeObject, old: KubeObject): void =>
  dropFields(statusFields, readStruct<IPodStatus>(object, 'status'), readStruct<IPodStatus>(old, 'status'));

/**
 * The strategy of a kind with a template, which loses such fields before anything else happens to it. `kind` is its
 * `group/resource`.
 */
export function withoutDisabledPodFields(kind: string, strategy: Strategy): Strategy {
  const templatePath = podTemplatePaths.get(kind)!;
  return {
    ...strategy,
    prepareForCreate: (object, context) => {
      dropDisabledPodFields(object, undefined, templatePath);
      strategy.prepareForCreate?.(object, context);
    },
    prepareForUpdate: (object, old, context) => {
      dropDisabledPodFields(object, old, templatePath);
      strategy.prepareForUpdate?.(object, old, context);
    },
  };
}
