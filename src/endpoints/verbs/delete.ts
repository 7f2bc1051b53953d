import { remove } from '../../registry/write/delete.ts';
import { callerOf } from '../caller.ts';
import { readDeleteOptions, warnOfDependents } from '../options/delete-options.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes, respondValue } from '../respond.ts';
import type { Verb } from './verb.ts';

/** DELETE of one object. Answers with the object while it waits, or when its kind does so; else with a Status. */
export const deleteObject: Verb = async ({ registry }, request, target) => {
  const { definition, name } = target;
  const options = await readDeleteOptions(request, registry.schemas);
  const representation = representationFor(request, target, 'object', registry.clock);
  warnOfDependents(request, target, options);
  const caller = callerOf(request, { ...options, fieldValidation: 'Ignore' });
  const { entry, gone } = await remove(registry, target, caller, options);
  if (!gone || definition.strategy.deleteReturnsObject) {
    const code = !gone && options.cascades ? 202 : 200;
    respondBytes(request, code, representation.object(entry), { 'content-type': representation.contentType });
    return;
  }
  respondValue(request, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(definition.group ? { group: definition.group } : {}),
      kind: definition.resource,
      uid: entry.decode().metadata.uid,
    },
  });
};
