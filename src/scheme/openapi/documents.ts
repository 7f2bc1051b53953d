import type { ResourceDefinition } from '../definition.ts';
import {
  coreVersionsPath,
  groupPath,
  groupsPath,
  groupVersionPath,
  issuerKeysPath,
  issuerPath,
  versionPath,
} from './discovery-paths.ts';
import type { PathItem } from './operation.ts';
import { resourcePaths } from './resource-paths.ts';

/** One v3 document: the part of the API below one path. */
export interface DocumentScope {
  /** As `/openapi/v3` lists it: `api`, `api/v1`, `apis`, `apis/apps`, `apis/apps/v1`, `version`. */
  readonly path: string;
  /** Set for the document of a group version. */
  readonly groupVersion?: { readonly group: string; readonly version: string };
  readonly items: () => PathItem[];
}

/** The documents there are, in alphabetical order of their paths. */
export function documentScopes(definitions: readonly ResourceDefinition[]): DocumentScope[] {
  const scopes = new Map<string, DocumentScope>();
  const add = (scope: DocumentScope) => {
    if (!scopes.has(scope.path)) scopes.set(scope.path, scope);
  };
  add({ path: 'api', items: () => [coreVersionsPath()] });
  add({ path: 'apis', items: () => [groupsPath()] });
  add({ path: 'version', items: () => [versionPath()] });
  add({ path: '.well-known/openid-configuration', items: () => [issuerPath()] });
  add({ path: 'openid/v1/jwks', items: () => [issuerKeysPath()] });
  for (const { group, versions } of definitions) {
    if (group !== '') add({ path: `apis/${group}`, items: () => [groupPath(group)] });
    for (const { version } of versions) {
      const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
      const items = () => [groupVersionPath(group, version), ...pathsOf(definitions, group, version)];
      add({ path, groupVersion: { group, version }, items });
    }
  }
  return [...scopes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const pathsOf = (definitions: readonly ResourceDefinition[], group: string, version: string): PathItem[] =>
  definitions
    .filter((definition) => definition.group === group)
    .flatMap((definition) =>
      definition.versions
        .filter((served) => served.version === version)
        .flatMap((served) => resourcePaths(definition, served)),
    );

/** The types that the operations of some paths mention. */
export function mentionedTypes(items: readonly PathItem[]): string[] {
  const names = items.flatMap(({ operations }) => operations.flatMap(({ body, answer }) => [body, answer]));
  return names.filter((name) => name !== undefined);
}

/**
 * The answer to `/openapi/v3`. `hashOf` gives the hash of a document by its path, which goes into the URL so that clients
 * may keep a document for good.
 */
export function openApiV3Index(
  definitions: readonly ResourceDefinition[],
  hashOf: (path: string) => string,
): { paths: Record<string, { serverRelativeURL: string }> } {
  const entries = documentScopes(definitions).map(
    ({ path }) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(path)}` }] as const,
  );
  return { paths: Object.fromEntries(entries) };
}
