import { apiVersionOf } from '../../apimachinery/gvk.ts';
import { notFoundError, notImplemented } from '../../apimachinery/status.ts';
import type { Target } from '../../registry/context.ts';
import { hookKey } from '../../registry/hooks.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import type { Core } from '../core.ts';
import { expectedOf } from '../expected.ts';
import { parseWriteOptions } from '../options/query.ts';
import { respondValue } from '../respond.ts';
import { objectResponder, respondObject } from '../respond-object.ts';
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
  respond(201, await create(produce(), callerOf(request, options), target));
};

export const getVirtual: Verb = async (core, request, target) => {
  const object = handlerOf(core, target).get?.(target.name);
  if (!object) throw notFoundError(target.definition, target.name);
  respondObject(request, 200, object);
};

export const listVirtual: Verb = async (core, request, target) => {
  const { definition, version } = target;
  respondValue(request, 200, {
    kind: definition.listKind,
    apiVersion: apiVersionOf({ group: definition.group, version: version.version }),
    metadata: {},
    items: handlerOf(core, target).list?.() ?? [],
  });
};
