import { notFoundError } from '../../apimachinery/status.ts';
import type { Registry } from '../../registry/context.ts';
import type { Entry } from '../../storage/entry.ts';
import { objectKey } from '../../storage/keys.ts';
import { objectAt } from '../../storage/list.ts';
import { revisionAhead, settleRule } from '../../storage/settle.ts';
import { parseResourceVersion } from '../options/list-options.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

/** GET of one object, also through `/status` and its like. */
export const get: Verb = async ({ registry }, request, target) => {
  const { definition, namespace, name } = target;
  const key = objectKey(registry.layout, definition, namespace, name);
  const entry = await read(registry, request.info.query, key);
  const representation = representationFor(request, target, 'object', registry.clock);
  if (!entry) throw notFoundError(definition, name);
  respondBytes(request, 200, representation.object(entry), { 'content-type': representation.contentType });
};

/** `resourceVersionMatch=Exact` reads the past; kube-apiserver only knows it for lists. */
async function read(
  { store, clock }: Registry,
  query: URLSearchParams,
  key: string,
): Promise<Entry | undefined> {
  const revision = parseResourceVersion(query.get('resourceVersion'));
  if (revision === undefined) {
    const isBehind = !store.cache.isFresh() && (await revisionAhead(store, clock)) !== undefined;
    if (isBehind) return store.getNewest(key);
  } else if (revision > 0) {
    if (query.get('resourceVersionMatch') === 'Exact') return objectAt(store, clock, revision, key);
    await settleRule(store, clock, { kind: 'notOlderThan', revision });
  }
  return store.cache.get(key);
}
