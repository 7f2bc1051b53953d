import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import type { Catalog } from '../../registry/catalog.ts';
import type { ResourceDefinition, ServedVersion } from '../../scheme/definition.ts';
import { groupsOf, responseKind } from './legacy.ts';

/** `apidiscovery.k8s.io` APIGroupDiscoveryList of `/api` or `/apis` (KEP-3352). */
export function aggregatedDiscovery(catalog: Catalog, root: 'api' | 'apis', version: string) {
  const groups = root === 'api' ? [''] : groupsOf(catalog);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === '' ? {} : { name: group },
      versions: groupVersions(catalog, group),
    })),
  };
}

function groupVersions(catalog: Catalog, group: string) {
  const byVersion = new Map<string, ResourceInfo[]>();
  for (const definition of catalog.definitions()) {
    if (definition.group !== group) continue;
    for (const served of definition.versions) {
      let resources = byVersion.get(served.version);
      if (!resources) byVersion.set(served.version, (resources = []));
      resources.push(resourceInfo(definition, served));
    }
  }
  return [...byVersion].map(([version, resources]) => ({
    version,
    resources: resources.sort((a, b) => (a.resource < b.resource ? -1 : 1)),
    freshness: 'Current',
  }));
}

/** Group and version stand only on kinds of another one: the others are those of what they stand below. */
function foreignOnly(definition: ResourceDefinition, served: ServedVersion, gvk: GroupVersionKind) {
  const isOwn = gvk.group === definition.group && gvk.version === served.version;
  return isOwn ? { group: '', version: '', kind: gvk.kind } : gvk;
}

type ResourceInfo = ReturnType<typeof resourceInfo>;

function resourceInfo(definition: ResourceDefinition, served: ServedVersion) {
  const { group, kind, resource, scope, singular, verbs, shortNames, categories } = definition;
  const subresources = Object.keys(definition.subresources).map((name) => {
    const subresource = definition.subresources[name]!;
    return {
      subresource: name,
      responseKind: foreignOnly(definition, served, responseKind(definition, served, subresource)),
      verbs: subresource.verbs,
    };
  });
  return {
    resource,
    responseKind: foreignOnly(definition, served, { group, version: served.version, kind }),
    scope: scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
