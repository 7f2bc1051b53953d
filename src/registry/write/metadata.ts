import { formatTime } from '../../apimachinery/clock.ts';
import { goQuote } from '../../apimachinery/go-quote.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { randomSuffix, uuid } from '../../apimachinery/random.ts';
import {
  type ApiError,
  badRequest,
  bareError,
  conflict,
  optimisticLockMessage,
} from '../../apimachinery/status.ts';
import type { Registry, Target } from '../context.ts';

/** Longest base of a generated name, so that base and suffix stay within a DNS label. */
const maxGeneratedBaseLength = 58;
const generatedSuffixLength = 5;

/** Says where an object is, which its sender may leave to the path. 400 when it says something else. */
export function settleNamespace(target: Target, object: KubeObject): void {
  matchNamespace(target, object);
  if (target.definition.scope === 'Namespaced') object.metadata.namespace = target.namespace;
  else delete object.metadata.namespace;
}

/** What the server alone sets on a new object (`rest.FillObjectMetaSystemFields` and `rest.BeforeCreate`). */
export function fillNewMetadata({ clock, random }: Registry, target: Target, object: KubeObject): void {
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) {
    const makeName = target.definition.strategy.generateName ?? ((base) => generateName(random, base));
    metadata.name = makeName(metadata.generateName);
  }
  wipeSystemFields(metadata);
  delete metadata.managedFields;
  metadata.uid = uuid(random);
  metadata.creationTimestamp = formatTime(clock.now());
}

/**
 * What a sender may say about a new object and is not listened to (`rest.WipeObjectMetaSystemFields`). A generation stays:
 * kinds that count theirs begin at 1, the others keep what the sender made up.
 */
export function wipeSystemFields(metadata: KubeObject['metadata']): void {
  for (const field of systemFields) delete (metadata as Record<string, unknown>)[field];
}

const systemFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
];

export const generateName = (random: Registry['random'], base: string): string =>
  base.slice(0, maxGeneratedBaseLength) + randomSuffix(random, generatedSuffixLength);

/** What a store says to a new object that has a version already, if that is one at all; a dry run does not ask it. */
export function refuseResourceVersion({ metadata }: KubeObject): void {
  const version = parseVersion(metadata.resourceVersion);
  if (typeof version === 'bigint' && version !== 0n)
    throw bareError('resourceVersion should not be set on objects to be created');
}

/** What admission made of an update must still be one of the same state of the same place. 400 and 409. */
export function checkAdmitted(target: Target, object: KubeObject, old: KubeObject): void {
  settleNamespace(target, object);
  checkResourceVersion(target, object.metadata.resourceVersion, old);
}

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
  throw otherNamespace();
}

const otherNamespace = (): ApiError =>
  badRequest('the namespace of the provided object does not match the namespace sent on the request');

/** Of an object that is written under a name: it must have that name, and the path's namespace or none (`checkName`). */
export function matchPath({ definition, namespace, name }: Target, { metadata }: KubeObject): void {
  if (!metadata.name) {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (definition.scope === 'Cluster') return;
  if (metadata.namespace && metadata.namespace !== namespace) throw otherNamespace();
  metadata.namespace = namespace;
}

export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** 409 when the object to delete is not the one the sender means; it names the kind (`rest.BeforeDelete`). */
export function checkPreconditions(
  { definition, name }: Target,
  { uid, resourceVersion }: Preconditions,
  { metadata }: KubeObject,
): void {
  const inOwnWords = definition.strategy.checksPreconditionsItself === true;
  const named = inOwnWords ? definition : { group: definition.group, resource: definition.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why = inOwnWords
      ? `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
      : `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(named, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = inOwnWords
      ? `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`
      : `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(named, name, why);
  }
}

/** 409 when what is replaced is not the object that the sender's copy was made of (`storage.Preconditions.Check`). */
export function checkReplacedUid(
  { definition, name }: Target,
  key: string,
  uid: string,
  current: KubeObject | undefined,
): void {
  const found = current?.metadata.uid ?? '';
  if (uid === found) return;
  throw conflict(
    definition,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`,
  );
}

/** The number that a `metadata.resourceVersion` is, 0 for none, or what Go's `ParseUint` says of one that is no number. */
export function parseVersion(text: string | undefined): bigint | 'invalid syntax' | 'value out of range' {
  if (!text) return 0n;
  if (!/^\d+$/.test(text)) return 'invalid syntax';
  const digits = text.replace(/^0+(?=\d)/, '');
  if (digits.length > maxVersionDigits) return 'value out of range';
  const version = BigInt(digits);
  return version < 2n ** 64n ? version : 'value out of range';
}

/** Of 2^64 - 1. */
const maxVersionDigits = 20;

/**
 * Whether the sender's copy says which version it was made of. 409 when that is not the newest; a version that is no number is a bare
 * error, as upstream.
 */
export function checkResourceVersion(target: Target, sent: string | undefined, current: KubeObject): boolean {
  const { resourceVersion } = current.metadata;
  if (sent && sent === resourceVersion) return true;
  const version = parseVersion(sent);
  if (typeof version === 'string')
    throw bareError(`strconv.ParseUint: parsing ${goQuote(sent!)}: ${version}`);
  if (version === 0n) return false;
  if (version !== parseVersion(resourceVersion)) {
    throw conflict(target.definition, target.name, optimisticLockMessage);
  }
  return true;
}
