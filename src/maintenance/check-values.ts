import { nextTurn } from '../apimachinery/clock.ts';
import { isRecord } from '../apimachinery/object.ts';
import type { KeyValue } from '../kv/types.ts';
import { builtinResources } from '../resources/index.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';
import { type KeyLayout, parseKey, resourcePrefix } from '../storage/keys.ts';
import type { Content } from './content.ts';
import { isSealed } from './sealed.ts';
import { createDigest, isLasting } from './transfer.ts';

/** Opens what is sealed. Throws an Error, whose message says nothing of the content, for what it cannot open. */
export type Open = (key: string, value: Uint8Array) => Uint8Array;

export interface Checked {
  /** One line each: the key, and what is wrong. */
  readonly findings: readonly string[];
  readonly found: number;
  readonly objects: number;
  /** Of everything as it is stored: equal for stores that have the same, with the same versions. */
  readonly digest: string;
  /** Values that were not looked into, as nothing was given to open them with. */
  readonly sealed: number;
}

/** Findings that are kept; further ones are counted. */
const maxFindings = 1_000;
const itemsPerTurn = 500;

/** Looks at every value: that it is an object, and the one that its key says. */
export async function checkValues(
  content: Content,
  layout: KeyLayout,
  open: Open | undefined,
  onProgress: (done: number) => void,
): Promise<Checked> {
  const resourceOf = resourceFinder(layout);
  const findings: string[] = [];
  const digest = createDigest();
  let [objects, sealed, found] = [0, 0, 0];
  for await (const item of content.items()) {
    if (isLasting(item.key)) digest.add(item);
    if (!open && isSealed(item.value)) sealed++;
    else {
      const problem = problemOf(item, content.revision, layout, resourceOf(item.key), open);
      if (problem !== undefined && found++ < maxFindings) findings.push(`${item.key}: ${problem}`);
    }
    objects++;
    if (objects % itemsPerTurn > 0) continue;
    onProgress(objects);
    await new Promise<void>(nextTurn);
  }
  return { findings, found, objects, sealed, digest: digest.text() };
}

/** The resource whose place in the store a key lies in; undefined for what is no object of a built-in resource. */
function resourceFinder(layout: KeyLayout): (key: string) => ResourceDefinition | undefined {
  const places = new Map(
    builtinResources.map((definition) => [resourcePrefix(layout, definition), definition]),
  );
  return (key) => {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      const found = places.get(key.slice(0, end + 1));
      if (found) return found;
    }
    return undefined;
  };
}

function problemOf(
  item: KeyValue,
  revision: number,
  layout: KeyLayout,
  definition: ResourceDefinition | undefined,
  open: Open | undefined,
): string | undefined {
  const { key, modRevision, createRevision } = item;
  if (createRevision > modRevision || modRevision > revision)
    return `its revisions are out of order: made at ${createRevision}, changed at ${modRevision}, the store is at ${revision}`;
  let object: unknown;
  try {
    const value = open ? open(key, item.value) : item.value;
    if (isProtobuf(value)) return 'it is stored as protobuf, which this release does not read';
    object = JSON.parse(Buffer.from(value).toString());
  } catch (error) {
    return error instanceof SyntaxError ? 'its value is not JSON' : (error as Error).message;
  }
  if (!isRecord(object) || !isRecord(object['metadata'])) return 'its value is no object';
  return definition && mismatch(key, object, layout, definition);
}

const protobufPrefix = Buffer.from('k8s\0');
const isProtobuf = (value: Uint8Array): boolean =>
  Buffer.from(value.subarray(0, protobufPrefix.length)).equals(protobufPrefix);

function mismatch(
  key: string,
  object: Readonly<Record<string, unknown>>,
  layout: KeyLayout,
  definition: ResourceDefinition,
): string | undefined {
  const { group, version } = definition.stored;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (object['kind'] !== definition.kind || object['apiVersion'] !== apiVersion)
    return `its value is of ${text(object['apiVersion'])} ${text(object['kind'])}, not of ${apiVersion} ${definition.kind}`;
  const metadata = object['metadata'] as Readonly<Record<string, unknown>>;
  try {
    const { namespace, name } = parseKey(layout, definition, key);
    if (metadata['name'] === name && (metadata['namespace'] ?? '') === namespace) return undefined;
  } catch {
    return `its key is not that of a ${definition.kind}`;
  }
  const place = [metadata['namespace'], metadata['name']].filter((part) => part !== undefined).map(text);
  return `its value says that it is ${place.join('/')}`;
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'none';
