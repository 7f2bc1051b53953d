import type { GroupResource } from '../../apimachinery/gvk.ts';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { type ApiError, badRequest, forbiddenError, notFoundError } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Attributes, Authorizer, PolicyRule } from '../types.ts';
import { type RoleRef, rbacGroup } from './binding-index.ts';
import { aggregationForbidden, escalationAllowed, escalationCheck, fullAuthority } from './escalation.ts';
import type { RbacResolver } from './resolver.ts';

/** A write of one of the four RBAC kinds, before it is validated. `old` is absent on create. */
export interface RbacWrite {
  readonly user: UserInfo;
  /** '' for the cluster-scoped kinds. */
  readonly namespace: string;
  /** `roles`, `clusterroles`, `rolebindings` or `clusterrolebindings`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
}

/**
 * Refuses to let a user hand out rights beyond their own, unless they may `escalate` the role or `bind` it. Returns the
 * error to send (403, or 404 when the role of a binding is missing), or undefined when the write may go on. Source:
 * the `policybased` stores of `pkg/registry/rbac`.
 */
export async function guardEscalation(
  authorizer: Authorizer,
  resolver: RbacResolver,
  write: RbacWrite,
): Promise<ApiError | undefined> {
  if (escalationAllowed(write.user) || (write.old && onlyMetaOfCollector(write.object, write.old))) return;
  return write.resource.endsWith('bindings')
    ? guardBinding(authorizer, resolver, write)
    : guardRole(authorizer, resolver, write);
}

const forbid = (write: RbacWrite, why: string): ApiError =>
  forbiddenError(resourceOf(write), write.object.metadata.name ?? '', why);

const resourceOf = ({ resource }: RbacWrite): GroupResource => ({ group: rbacGroup, resource });

const attributesOf = (
  { user, namespace }: RbacWrite,
  verb: string,
  resource: string,
  name: string,
): Attributes => ({
  user,
  verb,
  group: rbacGroup,
  version: '*',
  resource,
  subresource: '',
  namespace,
  name,
  resourceRequest: true,
  path: '',
});

async function guardRole(
  authorizer: Authorizer,
  resolver: RbacResolver,
  write: RbacWrite,
): Promise<ApiError | undefined> {
  const { user, namespace, object, old } = write;
  // The right is asked for by the name in the path, which a POST has none in.
  const name = old ? (object.metadata.name ?? '') : '';
  const verdict = await authorizer.authorize(attributesOf(write, 'escalate', write.resource, name));
  if (verdict.decision === 'allow') return;
  const held = resolver.rulesFor(user, namespace);
  const problem = escalationCheck(user, held, rulesOf(object));
  if (problem !== undefined) return forbid(write, problem);
  if (!aggregates(object) && !(old && aggregates(old))) return;
  return escalationCheck(user, held, fullAuthority) === undefined
    ? undefined
    : forbid(write, aggregationForbidden);
}

const boundResources: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  Role: 'roles',
  ClusterRole: 'clusterroles',
});

async function guardBinding(
  authorizer: Authorizer,
  resolver: RbacResolver,
  write: RbacWrite,
): Promise<ApiError | undefined> {
  const { user, namespace, object } = write;
  const roleRef = object['roleRef'] as RoleRef;
  const resource = boundResources[roleRef.kind];
  // Validation has the words for it.
  if (resource === undefined || !roleRef.name) return;
  const verdict = await authorizer.authorize(attributesOf(write, 'bind', resource, roleRef.name));
  if (verdict.decision === 'allow') return;
  if (resource === 'roles' && namespace === '') return badRequest('Namespace parameter required.');
  const role = resolver.roleRules(roleRef, namespace);
  // Named as what is written, not as what is missing: so does the reference server.
  if ('error' in role) return notFoundError(resourceOf(write), roleRef.name);
  const problem = escalationCheck(user, resolver.rulesFor(user, namespace), role.rules);
  return problem === undefined ? undefined : forbid(write, problem);
}

/** As they were sent: what is missing in them is found later. */
const rulesOf = (role: KubeObject): PolicyRule[] =>
  ((role['rules'] ?? []) as Partial<PolicyRule>[]).map((rule) => ({ ...rule, verbs: rule.verbs ?? [] }));

function aggregates(role: KubeObject): boolean {
  const rule = role['aggregationRule'] as { clusterRoleSelectors?: unknown[] } | undefined;
  return (rule?.clusterRoleSelectors ?? []).length > 0;
}

/** The garbage collector may touch what it could not grant. */
function onlyMetaOfCollector(object: KubeObject, old: KubeObject): boolean {
  const metadata = {
    ...object.metadata,
    ownerReferences: old.metadata.ownerReferences,
    finalizers: old.metadata.finalizers,
    managedFields: old.metadata.managedFields,
  };
  return jsonEqual({ ...object, metadata }, old);
}
