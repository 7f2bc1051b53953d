import { listPrefix } from '../../storage/keys.ts';
import { listObjects } from '../../storage/list.ts';
import { parseListOptions, revisionRule } from '../options/list-options.ts';
import { representationFor } from '../representations/choose.ts';
import { sendPieces } from '../send-list.ts';
import type { Verb } from './verb.ts';

/** GET of a collection. */
export const list: Verb = async (core, request, target) => {
  const { store, clock, layout } = core.registry;
  const options = parseListOptions(request.info.query, target, false);
  const representation = representationFor(request, target, 'list', clock);
  const page = await listObjects(store, clock, {
    prefix: listPrefix(layout, target.definition, target.namespace),
    selection: options.selection,
    rule: revisionRule(options),
    limit: options.limit,
    from: options.from,
  });
  await sendPieces(core, request, representation.contentType, representation.list(page));
};
