import { badRequest } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';

/** `binnacle`: version and group in every key. `upstream`: the reference server's own places. */
export type KeyLayout = 'binnacle' | 'upstream';

export interface ObjectName {
  /** '' for cluster-scoped resources. */
  readonly namespace: string;
  readonly name: string;
}

/** What keys are made from; a `ResourceDefinition` is one. */
export type KeyedResource = Pick<ResourceDefinition, 'resource' | 'scope' | 'stored' | 'upstreamKey'>;

/** The longest key a store takes (see `Kv`). */
const maxKeyBytes = 1024;

/** Where all objects of a resource live: `/registry/api/apps/v1/deployments/`, or upstream `/registry/deployments/`. */
export function resourcePrefix(layout: KeyLayout, definition: KeyedResource): string {
  if (layout === 'upstream') return `/registry/${definition.upstreamKey}/`;
  const { group, version } = definition.stored;
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return `/registry/api/${groupVersion}/${definition.resource}/`;
}

/**
 * The prefix of a list: of one namespace, or of the whole resource when `namespace` is '' or the resource is
 * cluster-scoped. Always ends in '/', so that namespace `a` never matches `ab`. 400 for what cannot be a path segment.
 */
export function listPrefix(layout: KeyLayout, definition: KeyedResource, namespace: string): string {
  const prefix = resourcePrefix(layout, definition);
  if (definition.scope === 'Cluster' || namespace === '') return prefix;
  return `${prefix}${segment(layout, 'Namespace', namespace)}/`;
}

/**
 * The key of one object. 400 with the messages of upstream's `NamespaceKeyFunc` when the name or namespace is missing
 * or cannot be a path segment.
 */
export function objectKey(
  layout: KeyLayout,
  definition: KeyedResource,
  namespace: string,
  name: string,
): string {
  if (definition.scope === 'Namespaced' && namespace === '')
    throw badRequest('Namespace parameter required.');
  const key = listPrefix(layout, definition, namespace) + segment(layout, 'Name', name);
  // No character takes more than three bytes, so that short keys need not be counted.
  if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
    throw badRequest(
      `Name parameter invalid: ${JSON.stringify(name)}: may not make a key of more than ${maxKeyBytes} bytes`,
    );
  }
  return key;
}

/** The inverse of `objectKey`. Throws a plain Error for a key that is not one of this resource's: a broken store. */
export function parseKey(layout: KeyLayout, definition: KeyedResource, key: string): ObjectName {
  const prefix = resourcePrefix(layout, definition);
  const parts = key.startsWith(prefix) ? key.slice(prefix.length).split('/') : [];
  const expected = definition.scope === 'Cluster' ? 1 : 2;
  if (parts.length !== expected || parts.includes(''))
    throw new Error(`key ${key} is no object below ${prefix}`);
  const names = layout === 'upstream' ? parts : parts.map(decode);
  return expected === 1 ? { namespace: '', name: names[0]! } : { namespace: names[0]!, name: names[1]! };
}

/** What is the same in a key, nearly always: printable ASCII without '%' and '/'. */
const plainSegment = /^[!-$&-.0-~]+$/;

/** `IsValidPathSegmentName` of apimachinery: what can never be one segment of a path. */
function pathSegmentProblems(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
}

function segment(layout: KeyLayout, what: 'Name' | 'Namespace', text: string): string {
  if (plainSegment.test(text) && text !== '.' && text !== '..') return text;
  if (text === '') throw badRequest(`${what} parameter required.`);
  const problems = pathSegmentProblems(text);
  if (problems.length > 0) {
    throw badRequest(`${what} parameter invalid: ${JSON.stringify(text)}: ${problems.join(';')}`);
  }
  return layout === 'upstream' ? text : encode(text);
}

/*
 * Some kinds (RBAC) take any text as a name, while keys are printable ASCII. '%' cannot occur in a name, so escaping
 * other bytes with it is unambiguous.
 */
const printableAscii = /^[!-~]*$/;

function encode(text: string): string {
  if (printableAscii.test(text)) return text;
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    encoded +=
      byte > 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return encoded;
}

const decode = (part: string): string => (part.includes('%') ? decodeURIComponent(part) : part);
