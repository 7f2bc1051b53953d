import type { KubeObject } from '../../apimachinery/object.ts';
import { notFoundError } from '../../apimachinery/status.ts';
import type { Target } from '../../registry/context.ts';
import { applyScale, scaleKind, toScale } from '../../registry/scale.ts';
import { matchPath } from '../../registry/write/metadata.ts';
import { update as updateObject } from '../../registry/write/update.ts';
import { scaleTable } from '../../resources/scale-table.ts';
import type { ScaleSubresource } from '../../scheme/definition.ts';
import { objectKey } from '../../storage/keys.ts';
import { readObject } from '../body.ts';
import { callerOf } from '../caller.ts';
import type { Core } from '../core.ts';
import { parseWriteOptions, type WriteOptions } from '../options/query.ts';
import type { Request } from '../request.ts';
import { objectResponder } from '../respond-object.ts';
import { readPatch } from './patch.ts';
import type { Verb } from './verb.ts';

const viewOf = ({ definition, subresource }: Target) =>
  definition.subresources[subresource] as ScaleSubresource;

export const getScale: Verb = async ({ registry }, request, target) => {
  const { definition, namespace, name } = target;
  const { store, layout } = registry;
  await store.cache.fresh();
  const entry = store.cache.get(objectKey(layout, definition, namespace, name));
  if (!entry) throw notFoundError(definition, name);
  objectResponder(request, { table: scaleTable, nowMs: () => registry.clock.now() })(
    200,
    toScale(viewOf(target), entry.decode()),
  );
};

export const updateScale: Verb = async (core, request, target) => {
  const options = parseWriteOptions(request.info.query, 'UpdateOptions');
  const produce = await readObject(request, core.registry.schemas, scaleKind, options.fieldValidation);
  matchPath(target, produce());
  await writeScale(core, request, target, options, () => produce());
};

export const patchScale: Verb = async (core, request, target) => {
  const options = parseWriteOptions(request.info.query, 'PatchOptions');
  const patch = await readPatch(request, core.registry.schemas, scaleKind, options.fieldValidation);
  await writeScale(core, request, target, options, patch);
};

/** A new scale is an update of the workload through its own pipeline. */
async function writeScale(
  { registry }: Core,
  request: Request,
  target: Target,
  options: WriteOptions,
  produceScale: (current: KubeObject) => KubeObject,
): Promise<void> {
  const view = viewOf(target);
  const respond = objectResponder(request, { table: scaleTable, nowMs: () => registry.clock.now() });
  const key = objectKey(registry.layout, target.definition, target.namespace, target.name);
  const { entry } = await updateObject(registry, target, callerOf(request, options), {
    produce: (old) => applyScale(view, target, key, old!, produceScale(toScale(view, old!))),
  });
  respond(200, toScale(view, entry.decode()));
}
