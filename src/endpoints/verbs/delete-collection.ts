import { ApiError } from '../../apimachinery/status.ts';
import { remove } from '../../registry/write/delete.ts';
import type { Entry } from '../../storage/entry.ts';
import { listPrefix, parseKey } from '../../storage/keys.ts';
import { listObjects } from '../../storage/list.ts';
import { callerOf } from '../caller.ts';
import { readDeleteOptions, warnOfDependents } from '../options/delete-options.ts';
import { parseListOptions, revisionRule } from '../options/list-options.ts';
import { representationFor } from '../representations/choose.ts';
import { sendPieces } from '../send-list.ts';
import type { Verb } from './verb.ts';

/** Deletions under way at once: enough to fill group commits. */
const concurrency = 128;

/** DELETE of a collection: each selected object as by a DELETE of its own. Answers with what was there. */
export const deleteCollection: Verb = async (core, request, target) => {
  const { registry } = core;
  const { store, clock, layout } = registry;
  const listOptions = parseListOptions(request.info.query, target, false);
  const options = await readDeleteOptions(request, registry.schemas);
  const representation = representationFor(request, target, 'list', clock);
  warnOfDependents(request, target, options);
  const caller = callerOf(request, { ...options, fieldValidation: 'Ignore' });
  const page = await listObjects(store, clock, {
    prefix: listPrefix(layout, target.definition, target.namespace),
    selection: listOptions.selection,
    rule: revisionRule(listOptions),
    limit: listOptions.limit,
    from: listOptions.from,
  });

  const removeOne = async (entry: Entry) => {
    const { namespace, name } = parseKey(layout, target.definition, entry.key);
    try {
      await remove(registry, { ...target, namespace, name }, caller, options);
    } catch (error) {
      // Somebody else was faster: what was to be gone is gone.
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  };
  const waiting = page.entries.values();
  await Promise.all(
    Array.from({ length: Math.min(concurrency, page.entries.length) }, async () => {
      for (const entry of waiting) await removeOne(entry);
    }),
  );
  await sendPieces(core, request, representation.contentType, representation.list(page));
};
