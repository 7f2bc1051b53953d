import type { UserInfo } from '../../apimachinery/user.ts';
import { type ClaimedObject, serviceAccountUser } from '../../resources/core/serviceaccounts/token-claims.ts';
import { credentialIdKey } from '../credential-id.ts';

/** What a token tells about who uses it. */
export interface AccountIdentity {
  readonly namespace: string;
  readonly account: ClaimedObject;
  readonly pod?: ClaimedObject | undefined;
  readonly node?: ClaimedObject | undefined;
  /** Identifies the token; '' when it has no such claim. */
  readonly jti?: string;
}

const extraPrefix = 'authentication.kubernetes.io/';

/** The user that a service account is. */
export function accountUser({ namespace, account, pod, node, jti = '' }: AccountIdentity): UserInfo {
  const extra: Record<string, readonly string[]> = {};
  if (pod?.name && pod.uid) {
    extra[`${extraPrefix}pod-name`] = [pod.name];
    extra[`${extraPrefix}pod-uid`] = [pod.uid];
  }
  if (jti !== '') extra[credentialIdKey] = [`JTI=${jti}`];
  if (node?.name) {
    extra[`${extraPrefix}node-name`] = [node.name];
    if (node.uid) extra[`${extraPrefix}node-uid`] = [node.uid];
  }
  return {
    name: serviceAccountUser(namespace, account.name),
    uid: account.uid ?? '',
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
