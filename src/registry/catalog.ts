import type { GroupResource } from '../apimachinery/gvk.ts';
import type { ResourceDefinition, ServedVersion } from '../scheme/definition.ts';

/** A resource in one of the versions it is served in. */
export interface Served {
  readonly definition: ResourceDefinition;
  readonly version: ServedVersion;
}

/** The live definitions. Everything that depends on what is served (routes, discovery, OpenAPI) asks here. */
export interface Catalog {
  find(group: string, version: string, resource: string): Served | undefined;
  /** By group and resource, whatever the version. */
  definition(resource: GroupResource): ResourceDefinition | undefined;
  /** In the order of discovery, with only the versions that are served. */
  definitions(): readonly ResourceDefinition[];
  hasGroup(group: string): boolean;
  hasGroupVersion(group: string, version: string): boolean;
  /** Changes whenever a definition does; caches of derived documents compare it. */
  generation(): number;
}

/** `--runtime-config` of kube-apiserver: `api/all`, `api/beta`, `api/alpha`, `<group>/<version>[/<resource>]` = true or false. */
export type RuntimeConfig = Readonly<Record<string, boolean>>;

export function createCatalog(
  builtin: readonly ResourceDefinition[],
  runtimeConfig: RuntimeConfig = {},
): Catalog {
  const definitions = builtin
    .map((definition) => ({
      ...definition,
      versions: definition.versions.filter((version) => isServed(definition, version, runtimeConfig)),
    }))
    .filter(({ versions }) => versions.length > 0)
    .map((definition) => Object.freeze(definition));

  const byPath = new Map<string, Served>();
  const byResource = new Map<string, ResourceDefinition>();
  const groups = new Set<string>();
  const groupVersions = new Set<string>();
  for (const definition of definitions) {
    byResource.set(`${definition.group}/${definition.resource}`, definition);
    groups.add(definition.group);
    for (const version of definition.versions) {
      groupVersions.add(`${definition.group}/${version.version}`);
      byPath.set(`${definition.group}/${version.version}/${definition.resource}`, { definition, version });
    }
  }
  return {
    find: (group, version, resource) => byPath.get(`${group}/${version}/${resource}`),
    definition: ({ group, resource }) => byResource.get(`${group}/${resource}`),
    definitions: () => definitions,
    hasGroup: (group) => groups.has(group),
    hasGroupVersion: (group, version) => groupVersions.has(`${group}/${version}`),
    generation: () => 1,
  };
}

function isServed(
  { group, resource }: ResourceDefinition,
  version: ServedVersion,
  config: RuntimeConfig,
): boolean {
  const groupVersion = `${group === '' ? 'api' : group}/${version.version}`;
  const stage = version.version.includes('alpha')
    ? 'alpha'
    : version.version.includes('beta')
      ? 'beta'
      : 'ga';
  return (
    config[`${groupVersion}/${resource}`] ??
    config[groupVersion] ??
    config[`api/${stage}`] ??
    config['api/all'] ??
    !version.offByDefault
  );
}
