import { formatTime } from '../../apimachinery/clock.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { randomSuffix, uuid } from '../../apimachinery/random.ts';
import { ApiError, badRequest, conflict, optimisticLockMessage } from '../../apimachinery/status.ts';
import type { Registry, Target } from '../context.ts';

/** Longest base of a generated name, so that base and suffix stay within a DNS label. */
const maxGeneratedBaseLength = 58;
const generatedSuffixLength = 5;

/** What the server alone sets on a new object (`rest.FillObjectMetaSystemFields` and `rest.BeforeCreate`). */
export function fillNewMetadata({ clock, random }: Registry, target: Target, object: KubeObject): void {
  const { metadata } = object;
  if (metadata.resourceVersion) throw resourceVersionOnCreate();
  if (!metadata.name && metadata.generateName) metadata.name = generateName(random, metadata.generateName);
  if (target.definition.scope === 'Namespaced') metadata.namespace = target.namespace;
  else delete metadata.namespace;
  metadata.uid = uuid(random);
  metadata.creationTimestamp = formatTime(clock.now());
  // A generation stays: kinds that count theirs begin at 1, the others keep what the sender made up.
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields']) {
    delete (metadata as Record<string, unknown>)[field];
  }
}

export const generateName = (random: Registry['random'], base: string): string =>
  base.slice(0, maxGeneratedBaseLength) + randomSuffix(random, generatedSuffixLength);

/** Upstream answers this with a bare error, which becomes a 500 without a reason. */
const resourceVersionOnCreate = (): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'resourceVersion should not be set on objects to be created',
    code: 500,
  });

/** Carries over what an update cannot change (`rest.BeforeUpdate`). */
export function keepOldMetadata(object: KubeObject, old: KubeObject): void {
  const { metadata } = object;
  metadata.uid ||= old.metadata.uid!;
  const kept = ['creationTimestamp', 'generation', 'resourceVersion'] as const;
  for (const field of kept) carry(metadata, old.metadata, field);
  if (old.metadata.deletionTimestamp) {
    carry(metadata, old.metadata, 'deletionTimestamp');
    carry(metadata, old.metadata, 'deletionGracePeriodSeconds');
  }
  delete (metadata as Record<string, unknown>)['selfLink'];
  delete metadata.managedFields;
}

function carry<K extends string>(
  target: { [key in K]?: unknown },
  source: { [key in K]?: unknown },
  field: K,
): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}

/** Of a new object: its namespace must be that of the path, or absent. */
export function matchNamespace({ definition, namespace }: Target, { metadata }: KubeObject): void {
  if (definition.scope === 'Cluster' || !metadata.namespace || metadata.namespace === namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Of an object that is written under a name: it must have that name, and the path's namespace or none (`checkName`). */
export function matchPath({ definition, namespace, name }: Target, { metadata }: KubeObject): void {
  if (!metadata.name) {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: Internal error occurred: name must be provided`,
    );
  }
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (definition.scope === 'Cluster') return;
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    );
  }
  metadata.namespace = namespace;
}

export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** 409 when the object is not the one the sender means (`storage.Preconditions.Check`). */
export function checkPreconditions(
  target: Target,
  { uid, resourceVersion }: Preconditions,
  current: KubeObject,
): void {
  const { definition, name } = target;
  if (uid !== undefined && uid !== current.metadata.uid) {
    throw conflict(
      definition,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
    throw conflict(
      definition,
      name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${current.metadata.resourceVersion}`,
    );
  }
}

/** 409 when the sender's copy is not the newest. */
export function checkResourceVersion(target: Target, sent: string, current: KubeObject): void {
  if (sent !== current.metadata.resourceVersion) {
    throw conflict(target.definition, target.name, optimisticLockMessage);
  }
}
