import { create as createObject } from '../../registry/write/create.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import { expectedOf } from '../expected.ts';
import { parseWriteOptions } from '../options/query.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

/** POST to a collection. */
export const create: Verb = async ({ registry }, request, target) => {
  const options = parseWriteOptions(request.info.query, 'CreateOptions');
  const representation = representationFor(request, target, 'object', registry.clock);
  const produce = await readObject(request, registry.schemas, expectedOf(target), options.fieldValidation);
  const entry = await createObject(registry, { ...target, name: '' }, callerOf(request, options), produce);
  respondBytes(request, 201, representation.object(entry), { 'content-type': representation.contentType });
};
