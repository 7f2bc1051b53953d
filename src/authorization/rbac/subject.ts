import type { UserInfo } from '../../apimachinery/user.ts';

/** `rbac.authorization.k8s.io/v1` Subject. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** The user name under which a service account sends requests. */
export const serviceAccountUsername = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

const userKey = (name: string) => `user ${name}`;
const groupKey = (name: string) => `group ${name}`;

/**
 * The text under which the index keeps a subject: a service account is the user it authenticates as. Undefined for a
 * subject that nobody can be. `bindingNamespace` is '' in a ClusterRoleBinding.
 */
export function subjectKey(subject: Subject, bindingNamespace: string): string | undefined {
  switch (subject.kind) {
    case 'User':
      return userKey(subject.name);
    case 'Group':
      return groupKey(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace || bindingNamespace;
      return namespace === '' ? undefined : userKey(serviceAccountUsername(namespace, subject.name));
    }
    default:
      return undefined;
  }
}

/** The keys of everything a user is. */
export const keysOf = (user: UserInfo): string[] => [userKey(user.name), ...user.groups.map(groupKey)];

/** `Group "system:masters"`, `ServiceAccount "builder/ci"` (name first, as upstream prints it). */
export function describeSubject(subject: Subject, bindingNamespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${JSON.stringify(subject.name)}`;
  return `${subject.kind} ${JSON.stringify(`${subject.name}/${subject.namespace || bindingNamespace}`)}`;
}
