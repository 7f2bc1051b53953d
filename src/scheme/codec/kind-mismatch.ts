import { apiVersionOf, type GroupVersionKind } from '../../apimachinery/gvk.ts';
import everyGroupVersion from '../facts/every-group-version.json' with { type: 'json' };
import type { SchemaSet } from '../schema.ts';

/** Where the reference server's three registries of kinds stand in its source, as its messages name them. */
const registries = {
  'apiextensions.k8s.io': 'pkg/apiserver/apiserver.go:55',
  'apiregistration.k8s.io': 'pkg/apiserver/scheme/scheme.go:28',
  default: 'pkg/api/legacyscheme/scheme.go:30',
  options: 'pkg/apis/meta/internalversion/scheme/register.go:27',
} as const;

/** Kinds that every group version has. */
const everywhere: ReadonlySet<string> = new Set([
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'Status',
  'UpdateOptions',
  'WatchEvent',
]);

const known = new WeakMap<SchemaSet, ReadonlySet<string>>();

function isRegistered(schemas: SchemaSet, found: GroupVersionKind, registry: string): boolean {
  let kinds = known.get(schemas);
  if (!kinds) known.set(schemas, (kinds = registeredKinds(schemas)));
  if (registry !== registries.default) return false;
  const apiVersion = apiVersionOf(found);
  return everywhere.has(found.kind)
    ? isKnownGroupVersion(apiVersion)
    : kinds.has(`${apiVersion}/${found.kind}`);
}

const groupVersions: ReadonlySet<string> = new Set(everyGroupVersion);

/** Whether any kind was ever registered in a group version, served or not. */
export const isKnownGroupVersion = (apiVersion: string): boolean => groupVersions.has(apiVersion);

/** `apps/v1/Deployment` */
function registeredKinds(schemas: SchemaSet): Set<string> {
  const kinds = new Set<string>();
  for (const name of schemas.names()) {
    const { gvk } = schemas.struct(name);
    if (gvk) kinds.add(`${apiVersionOf(gvk)}/${gvk.kind}`);
  }
  return kinds;
}

/** Go's package of a group's internal types. */
function internalPackage(group: string): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  return group === 'internal.apiserver.k8s.io' ? 'apiserverinternal' : group.split('.')[0]!;
}

/**
 * Why a body of the kind `found` cannot be taken for one of the group and kind that are expected: nobody knows it, or
 * it is something else.
 */
export function kindMismatch(
  schemas: SchemaSet,
  found: GroupVersionKind,
  expected: { readonly group: string; readonly kind: string },
): string {
  const { group } = expected;
  const registry =
    group === 'apiextensions.k8s.io' || group === 'apiregistration.k8s.io'
      ? registries[group]
      : registries.default;
  if (!isRegistered(schemas, found, registry)) return unregistered(found, registry);
  return `converting (${found.version}.${found.kind}) to (${internalPackage(group)}.${expected.kind}): unknown conversion`;
}

/** The same for the body of options, such as DeleteOptions, which have a registry of their own. */
export const optionsMismatch = (found: GroupVersionKind): string => unregistered(found, registries.options);

const unregistered = (found: GroupVersionKind, registry: string): string =>
  `no kind ${JSON.stringify(found.kind)} is registered for version ${JSON.stringify(apiVersionOf(found))} in scheme ${JSON.stringify(registry)}`;
