import { notFoundError, notImplemented } from '../../apimachinery/status.ts';
import { admitBody } from '../../registry/actions/admit.ts';
import type { Target } from '../../registry/context.ts';
import { hookKey } from '../../registry/hooks.ts';
import { matchNamespace, wipeSystemFields } from '../../registry/write/metadata.ts';
import { unstored } from '../../storage/entry.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import type { Core } from '../core.ts';
import { expectedOf } from '../expected.ts';
import { parseListOptions } from '../options/list-options.ts';
import { parseWriteOptions } from '../options/query.ts';
import { representationFor } from '../representations/choose.ts';
import { respondBytes } from '../respond.ts';
import { objectResponder } from '../respond-object.ts';
import { sendPieces } from '../send-list.ts';
import type { Verb } from './verb.ts';

const handlerOf = (core: Core, { definition }: Target) => core.virtual.get(hookKey(definition)) ?? {};

/** POST of something that is answered, not stored. */
export const createVirtual: Verb = async (core, request, target) => {
  const { create } = handlerOf(core, target);
  if (!create) throw notImplemented(target.definition.resource);
  const respond = objectResponder(request);
  const options = parseWriteOptions(request.info.query, 'CreateOptions');
  const produce = await readObject(
    request,
    core.registry.schemas,
    expectedOf(target),
    options.fieldValidation,
  );
  const caller = callerOf(request, options);
  const body = produce();
  matchNamespace(target, body);
  if (target.namespace !== '') body.metadata.namespace = target.namespace;
  else delete body.metadata.namespace;
  wipeSystemFields(body.metadata);
  const validated = await admitBody(core.registry, target, caller, body);
  respond(201, await create(body, caller, target, validated));
};

export const getVirtual: Verb = async (core, request, target) => {
  const { definition, name } = target;
  const representation = representationFor(request, target, 'object', core.registry.clock);
  const object = handlerOf(core, target).get?.(name);
  // Named in the singular, as upstream.
  if (!object) throw notFoundError({ group: definition.group, resource: definition.singular }, name);
  const bytes = representation.object(unstored('', object, undefined));
  respondBytes(request, 200, bytes, { 'content-type': representation.contentType });
};

export const listVirtual: Verb = async (core, request, target) => {
  const { selection } = parseListOptions(request.info.query, target, false);
  const representation = representationFor(request, target, 'list', core.registry.clock);
  const objects = handlerOf(core, target).list?.() ?? [];
  const entries = objects.map((object) => unstored('', object, undefined)).filter(selection.matches);
  await sendPieces(core, request, representation.contentType, representation.list({ revision: 0, entries }));
};
