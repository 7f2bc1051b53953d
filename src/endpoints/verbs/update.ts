import { update as updateObject } from '../../registry/write/update.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import { authorizeVerb } from '../chain/steps.ts';
import { expectedOf } from '../expected.ts';
import { parseWriteOptions } from '../options/query.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

/** PUT of one object, also through `/status` and its like. */
export const update: Verb = async (core, request, target) => {
  const { registry } = core;
  const options = parseWriteOptions(request.info.query, 'UpdateOptions');
  const representation = representationFor(request, target, 'object', registry.clock);
  const produce = await readObject(request, registry.schemas, expectedOf(target), options.fieldValidation);
  const { entry, created } = await updateObject(registry, target, callerOf(request, options), {
    produce,
    replaces: true,
    createIfMissing: () => authorizeVerb(core, request, 'create'),
  });
  respondBytes(request, created ? 201 : 200, representation.object(entry), {
    'content-type': representation.contentType,
  });
};
