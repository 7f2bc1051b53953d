import type { KubeObject } from '../../apimachinery/object.ts';
import type { ApiError } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Authorizer } from '../types.ts';
import { rbacGroup } from './binding-index.ts';
import { guardEscalation } from './escalation-guard.ts';
import type { RbacResolver } from './resolver.ts';

/** The part of an admission request that matters here. */
interface Write {
  readonly definition: { readonly group: string; readonly resource: string };
  readonly namespace: string;
  readonly object?: KubeObject;
  readonly oldObject?: KubeObject;
  readonly user: UserInfo;
}

/**
 * `guardEscalation` as the last step of mutating admission: it sees every write of the four RBAC kinds with all that others have
 * changed in it, and comes before validation, as in the reference server.
 */
export const escalationGuard = (authorizer: Authorizer, resolver: RbacResolver) => ({
  name: 'RBACEscalation',
  mutate({ definition, namespace, object, oldObject, user }: Write): void | Promise<void> {
    if (definition.group !== rbacGroup || !object) return;
    const { resource } = definition;
    const old = oldObject ? { old: oldObject } : {};
    return refuse(guardEscalation(authorizer, resolver, { user, namespace, resource, object, ...old }));
  },
});

async function refuse(guarding: Promise<ApiError | undefined>): Promise<void> {
  const error = await guarding;
  if (error) throw error;
}
