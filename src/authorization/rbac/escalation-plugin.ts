import type { KubeObject } from '../../apimachinery/object.ts';
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

/** `guardEscalation` as the last step of admission: it sees every write of the four RBAC kinds, in its final form. */
export const escalationGuard = (authorizer: Authorizer, resolver: RbacResolver) => ({
  name: 'RBACEscalation',
  async validate({ definition, namespace, object, oldObject, user }: Write): Promise<void> {
    if (definition.group !== rbacGroup || !object) return;
    const error = await guardEscalation(authorizer, resolver, {
      user,
      namespace,
      resource: definition.resource,
      object,
      ...(oldObject ? { old: oldObject } : {}),
    });
    if (error) throw error;
  },
});
