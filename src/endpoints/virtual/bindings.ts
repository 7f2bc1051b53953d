import { pathNotFound } from '../../apimachinery/status.ts';
import { bind } from '../../registry/actions/binding.ts';
import type { Registry } from '../../registry/context.ts';
import type { VirtualResource, VirtualResources } from './types.ts';

/** POST `/bindings`: the older way to bind a pod, which the body names (`LegacyBindingREST` of core/pod). */
const legacyBinding = (registry: Registry): VirtualResource => ({
  async create(body, caller, { namespace }, validated) {
    const pods = registry.catalog.find('', 'v1', 'pods');
    if (!pods) throw pathNotFound();
    const target = { ...pods, namespace, name: body.metadata.name ?? '', subresource: 'binding' };
    return bind(registry, target, caller, body, validated);
  },
});

export const bindings = (registry: Registry): VirtualResources =>
  new Map([['/bindings', legacyBinding(registry)]]);
