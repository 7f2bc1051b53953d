import { apiVersionOf } from '../apimachinery/gvk.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { createRecentEncodings } from '../apimachinery/recent-encodings.ts';
import type { ResourceDefinition, ServedVersion } from '../scheme/definition.ts';
import type { Entry } from '../storage/entry.ts';
import type { Served } from './catalog.ts';

/** True when objects are sent as they are stored. */
export const servedAsStored = ({ definition, version }: Served): boolean =>
  version.version === definition.stored.version && definition.group === definition.stored.group;

/** From a served version to the stored one. May change `object`. */
export function toStored({ definition, version }: Served, object: KubeObject): KubeObject {
  const stored = version.toStored ? version.toStored(object) : object;
  stored.apiVersion = apiVersionOf(definition.stored);
  stored.kind = definition.stored.kind;
  return stored;
}

/** From the stored version to a served one. May change `object`. */
export function fromStored({ definition, version }: Served, object: KubeObject): KubeObject {
  const converted = version.fromStored ? version.fromStored(object) : object;
  converted.apiVersion = apiVersionOf({ group: definition.group, version: version.version });
  converted.kind = definition.kind;
  return converted;
}

/** The version whose schema and defaults describe what is stored. */
export function storedVersionOf(definition: ResourceDefinition): ServedVersion | undefined {
  return definition.versions.find(({ version }) => version === definition.stored.version);
}

/** Converted objects kept for whoever asks for the same version next, as far as they are not answered as they are stored. */
const maxConvertedBytes = 8 * 1024 * 1024;

const converted = createRecentEncodings<Entry>(maxConvertedBytes);

/** An entry's bytes in a served version: the stored ones, or converted and kept for a while. */
export function bytesIn(served: Served, entry: Entry): Buffer {
  if (servedAsStored(served)) return entry.bytes;
  const form = `${served.definition.group}/${served.version.version}`;
  const known = converted.get(entry, form);
  if (known) return known;
  const bytes = encode(fromStored(served, entry.decode()));
  converted.set(entry, form, bytes);
  return bytes;
}

/** `apiVersion` and `kind` come first, whatever a conversion did with them: items of lists leave them out there. */
const encode = ({ apiVersion, kind, ...rest }: KubeObject): Buffer =>
  Buffer.from(JSON.stringify({ apiVersion, kind, ...rest }));
