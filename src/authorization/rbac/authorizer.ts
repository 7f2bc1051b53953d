import { aggregateErrors } from '../errors.ts';
import { rulesAllow } from '../policy-rules.ts';
import type { Attributes, Authorizer, Verdict } from '../types.ts';
import type { BoundSubject } from './binding-index.ts';
import type { RbacResolver } from './resolver.ts';
import { describeSubject } from './subject.ts';

/** `--authorization-mode=RBAC`: allows what a role bound to the user permits, and never denies. */
export function rbacAuthorizer(resolver: RbacResolver): Authorizer {
  return { authorize: (attributes) => authorize(resolver, attributes) };
}

function authorize(resolver: RbacResolver, attributes: Attributes): Verdict {
  const errors: string[] = [];
  for (const { source, role } of resolver.grants(attributes.user, attributes.namespace)) {
    if ('error' in role) errors.push(role.error);
    else if (rulesAllow(attributes, role.rules)) {
      return { decision: 'allow', reason: `RBAC: allowed by ${describeSource(source)}` };
    }
  }
  const error = aggregateErrors(errors);
  return { decision: 'noOpinion', reason: error === undefined ? '' : `RBAC: ${error}` };
}

/** `ClusterRoleBinding "a" of ClusterRole "b" to Group "c"`. */
export function describeSource({ binding, subject }: BoundSubject): string {
  const { name, namespace, roleRef } = binding;
  const what =
    namespace === ''
      ? `ClusterRoleBinding ${JSON.stringify(name)}`
      : `RoleBinding ${JSON.stringify(`${name}/${namespace}`)}`;
  return `${what} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describeSubject(subject, namespace)}`;
}
