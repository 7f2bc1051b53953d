import { apiVersionOf } from '../apimachinery/gvk.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { translatedKv } from '../kv/translated.ts';
import type { Kv } from '../kv/types.ts';
import { encodeStored } from '../scheme/codec/stored.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';
import { resourcePrefix } from '../storage/keys.ts';
import { storedVersionOf } from './convert.ts';

/** How the reference server begins what it stores as JSON of a built-in kind. What this server writes begins with its version. */
const opening = Buffer.from('{"kind":');
/** Ends every value that it writes. */
const lineFeed = 0x0a;

/**
 * A store that a kube-apiserver writes to, or wrote. It fills defaults when it reads, so that what it stored may lack some, and be
 * of another version than the one stored here: both are made up for as a value is read. Reads throw an Error that names the key
 * for a version that is not known.
 */
export function upstreamValues(kv: Kv, definitions: readonly ResourceDefinition[]): Kv {
  // Two groups show events; the one they are stored in counts, which comes first.
  const byPrefix = new Map(definitions.toReversed().map((one) => [resourcePrefix('upstream', one), one]));
  const definitionOf = (key: string) => byPrefix.get(prefixOf(key, 3)) ?? byPrefix.get(prefixOf(key, 4));
  return translatedKv(kv, {
    read(key, value) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      // What is sent to watchers line by line must have none in it.
      const line = bytes.at(-1) === lineFeed ? bytes.subarray(0, -1) : bytes;
      if (!line.subarray(0, opening.length).equals(opening)) return line;
      const definition = definitionOf(key);
      return definition ? encodeStored(current(key, definition, JSON.parse(line.toString()))) : line;
    },
    write: (_, value) => value,
  });
}

/** The first segments of a key with the slash behind them: 3 of `/registry/pods/default/web` are `/registry/pods/`. */
function prefixOf(key: string, segments: number): string {
  let end = -1;
  for (let i = 0; i < segments; i++) {
    end = key.indexOf('/', end + 1);
    if (end === -1) return '';
  }
  return key.slice(0, end + 1);
}

function current(key: string, definition: ResourceDefinition, object: KubeObject): KubeObject {
  const stored = storedAs(definition, object);
  if (!stored) {
    throw new Error(
      `the value of ${key} cannot be read: it is stored as ${object.apiVersion}, which this server does not know`,
    );
  }
  stored.apiVersion = apiVersionOf(definition.stored);
  stored.kind = definition.stored.kind;
  storedVersionOf(definition)?.defaults?.(stored);
  return stored;
}

/** In the version that is stored here; undefined when there is no way to it. May change `object`. */
function storedAs(definition: ResourceDefinition, object: KubeObject): KubeObject | undefined {
  if (object.apiVersion === apiVersionOf(definition.stored)) return object;
  const version = object.apiVersion.split('/').at(-1)!;
  if (object.apiVersion !== apiVersionOf({ group: definition.group, version })) return undefined;
  const { alsoStored = {} } = definition;
  if (Object.hasOwn(alsoStored, version)) return alsoStored[version]!(object);
  const served = definition.versions.find((one) => one.version === version);
  return served && (served.toStored ? served.toStored(object) : object);
}
