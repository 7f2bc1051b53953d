import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import type { Log } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { type AuthenticationOptions, defaultAuthentication } from '../../src/authentication/options.ts';
import {
  defaultServiceAccounts,
  type ServiceAccountOptions,
} from '../../src/authentication/service-account/options.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Answer, type Api, apiOver, expectCode, type Loose } from '../helpers/api.ts';

export interface Bench extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly api: Api;
}

export const accounts = '/api/v1/namespaces/default/serviceaccounts';
export const secrets = '/api/v1/namespaces/default/secrets';

/** A cluster whose time stands still. */
export async function bench(
  options: Partial<AuthenticationOptions> = {},
  serviceAccounts: Partial<ServiceAccountOptions> = {},
  log?: Log,
): Promise<Bench> {
  const clock = virtualClock();
  const cluster = await createCluster({
    clock,
    random: seededRandom(1),
    ...(log ? { log } : {}),
    authentication: {
      ...defaultAuthentication,
      ...options,
      serviceAccounts: { ...defaultServiceAccounts, ...serviceAccounts },
    },
  });
  return { cluster, clock, api: apiOver(cluster.fetch), [Symbol.asyncDispose]: cluster.close };
}

export const withToken = (token: string) => ({ authorization: `Bearer ${token}` });

/** Who the server takes the owner of the token for. */
export const whoAmI = (api: Api, token: string): Promise<Answer> =>
  api.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, withToken(token));

/** `status` of a TokenReview. */
export async function review(api: Api, token: string, audiences?: readonly string[]): Promise<Loose> {
  const spec = { token, ...(audiences ? { audiences } : {}) };
  const answer = await api.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec });
  return expectCode(answer, 201).status;
}

export const requestToken = (api: Api, account: string, spec: object = {}, metadata: object = {}) =>
  api.post(`${accounts}/${account}/token`, { metadata, spec });

export async function newToken(api: Api, account: string, spec: object = {}): Promise<string> {
  return expectCode(await requestToken(api, account, spec), 201).status.token;
}

export async function newAccount(api: Api, name: string): Promise<Loose> {
  return expectCode(await api.post(accounts, { metadata: { name } }), 201);
}

/** A part of a JWT: 0 the header, 1 the payload. */
export const partOf = (token: string, part: 0 | 1): Loose =>
  JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString());
