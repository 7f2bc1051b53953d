import type { ServerWriter } from '../admission/types.ts';
import { parseApiVersion } from '../apimachinery/gvk.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { ApiError, conflict, internalError, optimisticLockMessage } from '../apimachinery/status.ts';
import { objectKey } from '../storage/keys.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { create } from './write/create.ts';

/** `registry` is asked for when something is written: whatever is given the writer is part of the registry itself. */
export const createWriter = (registry: () => Registry): ServerWriter => ({
  async ensure(object) {
    const { catalog, store } = registry();
    const { group, version } = parseApiVersion(object.apiVersion) ?? { group: '', version: '' };
    const definition = catalog.definitions().find((one) => one.group === group && one.kind === object.kind);
    const served = definition && catalog.find(group, version, definition.resource);
    if (!served) throw internalError(`${object.apiVersion} ${object.kind} is not served`);
    const { namespace = '', name = '' } = object.metadata;
    const target: Target = { ...served, namespace, name, subresource: '' };
    try {
      await create(registry(), target, serverCaller, () => structuredClone(object));
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
    await store.cache.fresh();
  },
  async change(resource, namespace, name, change) {
    const { catalog, store, layout } = registry();
    const definition = catalog.definition(resource);
    if (!definition) return undefined;
    let changed: KubeObject | undefined;
    const updated = await store.update(objectKey(layout, definition, namespace, name), (current) => {
      changed = current && change(current.decode());
      return changed ? { action: 'put', object: changed } : { action: 'keep' };
    });
    if (!updated && changed) throw conflict(definition, name, optimisticLockMessage);
    return updated?.entry.decode();
  },
});
