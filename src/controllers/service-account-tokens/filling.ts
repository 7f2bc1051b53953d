import { type Secret, type ServiceAccount, secrets, serviceAccounts } from '../../client/kinds.ts';
import { keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { legacyTokenClaims } from '../../resources/core/serviceaccounts/token-claims.ts';
import { itself, runLoop, source } from '../loop.ts';
import { managerUser } from '../manager.ts';
import type { Controller, ControllerTools } from '../types.ts';
import { runReferences } from './references.ts';
import { nameAnnotation, tokenType, uidAnnotation } from './token-secrets.ts';

/** For an index: token Secrets by the account that they are for. */
const byAccount = ({ type, metadata }: Secret): readonly string[] =>
  type === tokenType ? [keyFor(metadata.namespace, metadata.annotations?.[nameAnnotation] ?? '')] : [];

/**
 * Fills Secrets of type `kubernetes.io/service-account-token` with a token that never expires, and takes away those whose account
 * is gone; and takes Secrets that are gone from the list of their account. Such a token works as long as its Secret is there; one from a TokenRequest is the better one nearly always.
 */
export const filling: Controller = {
  names: ['serviceaccount-token-controller', 'serviceaccount-token'],
  start(tools) {
    // As the manager itself: the account `tokens-controller` has no role.
    const client = tools.clientOf(managerUser).of(secrets);
    const held = tools.informers.of(secrets);
    const accounts = tools.informers.of(serviceAccounts);
    const ofAccount = held.index(byAccount);
    const reconcile = async (key: string) => {
      const secret = held.get(...splitKey(key));
      if (secret?.type !== tokenType) return;
      const { namespace, annotations = {} } = secret.metadata;
      const account = accounts.get(namespace, annotations[nameAnnotation] ?? '');
      const claimed = annotations[uidAnnotation];
      if (!account || (claimed && claimed !== account.metadata.uid)) {
        await client.delete(secret, { preconditions: { uid: secret.metadata.uid } });
      } else if (lacks(secret, tools)) await client.update(await filled(secret, account, tools));
    };
    const sources = [
      itself(held),
      source(accounts, (after, before) => ofAccount.get(keyOf((after ?? before)!)).map(keyOf)),
    ];
    const loops = [
      runLoop({ name: 'serviceaccount-token', sources, reconcile }, tools),
      runReferences(tools),
    ];
    return {
      async stop() {
        await Promise.all(loops.map(({ stop }) => stop()));
      },
    };
  },
};

const dataOf = (secret: Secret): Readonly<Record<string, string>> => secret.data ?? {};

function lacks(secret: Secret, { rootCa }: ControllerTools): boolean {
  const { token, namespace, ['ca.crt']: ca } = dataOf(secret);
  return !token || !namespace || (rootCa !== undefined && ca !== base64(rootCa));
}

async function filled(
  secret: Secret,
  account: ServiceAccount,
  { rootCa, signToken }: ControllerTools,
): Promise<Secret> {
  const data = dataOf(secret);
  const { metadata } = secret;
  return {
    ...secret,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [uidAnnotation]: account.metadata.uid ?? '' },
    },
    data: {
      ...data,
      ...(rootCa === undefined ? {} : { 'ca.crt': base64(rootCa) }),
      namespace: data['namespace'] || base64(metadata.namespace ?? ''),
      token: data['token'] || base64(await signToken(legacyTokenClaims(account, secret))),
    },
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
