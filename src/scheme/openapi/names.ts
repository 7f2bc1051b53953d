const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `rbac.authorization.k8s.io` → `rbacAuthorization`; `core` for the core group. */
export function groupName(group: string): string {
  const [first, ...rest] = (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split('.');
  return [first, ...rest.map(capitalized)].join('');
}

/** `rbacAuthorization_v1`: how operations are grouped. */
export const tagOf = (group: string, version: string): string => `${groupName(group)}_${version}`;

/** `RbacAuthorizationV1`: the middle of operation ids. */
export const idOf = (group: string, version = ''): string =>
  capitalized(groupName(group)) + capitalized(version);

/** `status` → `Status`, `ephemeralcontainers` → `Ephemeralcontainers`. */
export const subresourceId = capitalized;

/** `a Pod`, `an Ingress`. */
export const withArticle = (kind: string): string => `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
