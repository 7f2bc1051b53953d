import type { Catalog } from '../../registry/catalog.ts';
import type { ResourceDefinition, ServedVersion, Subresource } from '../../scheme/definition.ts';

/** `metav1.APIVersions`. */
export const apiVersions = (serverAddress: string | undefined) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: serverAddress ? [{ clientCIDR: '0.0.0.0/0', serverAddress }] : [],
});

/** Group versions of a group, most preferred first. */
function versionsOf(catalog: Catalog, group: string): string[] {
  const found = new Set<string>();
  for (const definition of catalog.definitions()) {
    if (definition.group === group) for (const { version } of definition.versions) found.add(version);
  }
  return [...found];
}

export function groupsOf(catalog: Catalog): string[] {
  return [...new Set(catalog.definitions().map(({ group }) => group))].filter((group) => group !== '');
}

function groupInfo(catalog: Catalog, group: string) {
  const versions = versionsOf(catalog, group).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0]! };
}

/** `metav1.APIGroup`; undefined when there is no such group. */
export function apiGroup(catalog: Catalog, group: string) {
  if (group === '' || !catalog.hasGroup(group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupInfo(catalog, group) };
}

/** `metav1.APIGroupList`. */
export const apiGroupList = (catalog: Catalog) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupsOf(catalog).map((group) => groupInfo(catalog, group)),
});

/** `metav1.APIResourceList` of a group version that is served. */
export function apiResourceList(catalog: Catalog, group: string, version: string) {
  const resources = catalog.definitions().flatMap((definition) => {
    const served =
      definition.group === group && definition.versions.find((other) => other.version === version);
    return served ? [mainResource(definition, served), ...subresources(definition, served)] : [];
  });
  return {
    kind: 'APIResourceList',
    // The core group leaves it out.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: resources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function mainResource(definition: ResourceDefinition, served: ServedVersion) {
  const { resource, singular, scope, kind, verbs, shortNames, categories } = definition;
  return {
    name: resource,
    singularName: singular,
    namespaced: scope === 'Namespaced',
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(served.storageVersionHash ? { storageVersionHash: served.storageVersionHash } : {}),
  };
}

function subresources(definition: ResourceDefinition, served: ServedVersion) {
  const { resource, scope, subresources: all } = definition;
  return Object.keys(all).map((name) => {
    const subresource = all[name]!;
    const { group, version, kind } = responseKind(definition, served, subresource);
    return {
      name: `${resource}/${name}`,
      singularName: '',
      namespaced: scope === 'Namespaced',
      ...(group === '' || group === definition.group ? {} : { group, version }),
      kind,
      verbs: subresource.verbs,
    };
  });
}

/** The kind that a subresource speaks when its parent is asked for in a served version. */
export function responseKind(
  { group, kind }: ResourceDefinition,
  { version }: ServedVersion,
  subresource: Subresource,
): { group: string; version: string; kind: string } {
  const own = { group, version };
  switch (subresource.kind) {
    case 'object':
      return { ...own, kind };
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    case 'action':
      return { group: subresource.group, version: subresource.version, kind: subresource.bodyKind };
    case 'connect':
      return { ...own, kind: subresource.optionsKind };
  }
}
