import { notFoundError } from '../../apimachinery/status.ts';
import { objectKey } from '../../storage/keys.ts';
import { settleRule } from '../../storage/list.ts';
import { parseResourceVersion } from '../options/list-options.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

/** GET of one object, also through `/status` and its like. */
export const get: Verb = async ({ registry }, request, target) => {
  const { definition, namespace, name } = target;
  const { store, clock, layout } = registry;
  const revision = parseResourceVersion(request.info.query.get('resourceVersion'));
  if (revision === undefined) {
    if (!store.cache.isFresh()) await store.cache.fresh();
  } else if (revision > 0) await settleRule(store, clock, { kind: 'notOlderThan', revision });
  const representation = representationFor(request, target, 'object', clock);
  const entry = store.cache.get(objectKey(layout, definition, namespace, name));
  if (!entry) throw notFoundError(definition, name);
  respondBytes(request, 200, representation.object(entry), { 'content-type': representation.contentType });
};
