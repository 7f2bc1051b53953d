import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { legacyTokenClaims } from '../../resources/core/serviceaccounts/token-claims.ts';
import { type Api, ApiFailure } from '../api.ts';
import { follow } from '../follow.ts';
import type { Controller, ControllerTools } from '../types.ts';

const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

const collection = '/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token';

/**
 * Fills Secrets of type `kubernetes.io/service-account-token` with a token that never expires, and takes away those whose account
 * is gone. Such a token works as long as its Secret is there; one from a TokenRequest is the better one nearly always.
 */
export const filling: Controller = {
  names: ['serviceaccount-token-controller', 'serviceaccount-token'],
  start(tools) {
    const { api } = tools;
    const reconcile = async (secret: KubeObject) => {
      const { namespace = '', name = '', annotations = {} } = secret.metadata;
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
      const account = await accountOf(api, namespace, annotations[nameAnnotation] ?? '');
      const claimed = annotations[uidAnnotation];
      if (!account || (claimed && claimed !== account.metadata.uid)) {
        await api.send('DELETE', path, { preconditions: { uid: secret.metadata.uid } });
      } else if (lacks(secret, tools)) await api.send('PUT', path, await filled(secret, account, tools));
    };
    return follow({ name: 'serviceaccount-token', path: collection, reconcile }, tools);
  },
};

async function accountOf(api: Api, namespace: string, name: string): Promise<KubeObject | undefined> {
  try {
    return await api.send('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 404) return undefined;
    throw error;
  }
}

const dataOf = (secret: KubeObject): Record<string, unknown> =>
  isRecord(secret['data']) ? secret['data'] : {};

function lacks(secret: KubeObject, { rootCa }: ControllerTools): boolean {
  const { token, namespace, ['ca.crt']: ca } = dataOf(secret);
  return !token || !namespace || (rootCa !== undefined && ca !== base64(rootCa));
}

async function filled(
  secret: KubeObject,
  account: KubeObject,
  { rootCa, signToken }: ControllerTools,
): Promise<KubeObject> {
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
