import { notImplemented } from '../../apimachinery/status.ts';
import { admitBody } from '../../registry/actions/admit.ts';
import { actions } from '../../registry/actions/index.ts';
import { hookKey } from '../../registry/hooks.ts';
import { matchNamespace } from '../../registry/write/metadata.ts';
import type { ActionSubresource } from '../../scheme/definition.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import { parseWriteOptions } from '../options/query.ts';
import { objectResponder } from '../respond-object.ts';
import type { Verb } from './verb.ts';

/** POST to a subresource that does something: binding, eviction. */
export const runAction: Verb = async ({ registry }, request, target) => {
  const { definition, subresource } = target;
  const run = actions.get(`${hookKey(definition)}/${subresource}`);
  if (!run) throw notImplemented(`${definition.resource}/${subresource}`);
  const action = definition.subresources[subresource] as ActionSubresource;
  const { group, version, bodyKind, schema, alsoVersions } = action;
  const options = parseWriteOptions(request.info.query, 'CreateOptions');
  const respond = objectResponder(request);
  const expected = { group, version, kind: bodyKind, schema, ...(alsoVersions ? { alsoVersions } : {}) };
  const produce = await readObject(request, registry.schemas, expected, options.fieldValidation);
  const caller = callerOf(request, options);
  const body = produce();
  matchNamespace(target, body);
  const validated = await admitBody(registry, target, caller, body);
  respond(201, await run(registry, target, caller, body, validated));
};
