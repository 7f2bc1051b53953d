import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { type VirtualClock, virtualClock } from '../../../src/apimachinery/clock.ts';
import { seededRandom } from '../../../src/apimachinery/random.ts';
import { type Cluster, type ClusterOptions, createCluster } from '../../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, type Loose } from '../../helpers/api.ts';
import { type Made, makeAuthority, makeCertificate, purposes } from '../../helpers/certificates.ts';
import { startWebhook } from '../../helpers/webhook-server.ts';

/** An AdmissionReview as it came in. */
export interface Asked {
  /** Of the webhook that was asked: the path of its URL without the slash. */
  readonly by: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Loose;
  readonly review: Loose;
}

/** What a webhook makes of a review: an object or a status is sent; undefined: it has seen to the response itself. */
export type Behaviour = (
  review: Loose,
  response: ServerResponse,
) => object | number | undefined | Promise<object | undefined>;

/** A cluster on a virtual clock, and a server of webhooks which it trusts. */
export interface Hooked {
  readonly cluster: Cluster;
  readonly api: Api;
  readonly clock: VirtualClock;
  /** Base64 of the authority that signed the server's certificate. */
  readonly caBundle: string;
  /** PEM of the server's certificate. */
  readonly certificate: string;
  readonly port: string;
  /** Connections made to the server so far. */
  connections(): number;
  /** A webhook of a configuration, named `<name>.example.com`; it hears of every write of config maps. */
  hook(name: string, behaviour: Behaviour, more?: object): Loose;
  /** What the webhook of this name does from now on. */
  behave(name: string, behaviour: Behaviour): void;
  /** Creates a ValidatingWebhookConfiguration. */
  validating(name: string, ...webhooks: readonly Loose[]): Promise<Loose>;
  /** Creates a MutatingWebhookConfiguration. */
  mutating(name: string, ...webhooks: readonly Loose[]): Promise<Loose>;
  /** What was asked since the last call, in order. */
  asked(): Asked[];
  /** Names of those that were asked since the last call, sorted. */
  who(): string[];
}

export const configurations = '/apis/admissionregistration.k8s.io/v1';
export const validatingPath = `${configurations}/validatingwebhookconfigurations`;
export const mutatingPath = `${configurations}/mutatingwebhookconfigurations`;
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const pods = '/api/v1/namespaces/default/pods';
export const deployments = '/apis/apps/v1/namespaces/default/deployments';

export const authority: Promise<Made> = makeAuthority('webhooks');
const certificate = authority.then((issuer) =>
  makeCertificate({ addresses: ['127.0.0.1'], purposes: [purposes.server] }, issuer),
);

export const base64 = (value: string | object): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

export async function hooked(t: TestContext, options: ClusterOptions = {}): Promise<Hooked> {
  const behaviours = new Map<string, Behaviour>();
  let asked: Asked[] = [];
  const answer = ({ url = '', headers, body }: Loose, response: ServerResponse) => {
    const by = new URL(url, 'https://hooks').pathname.slice(1);
    const review = JSON.parse(body);
    asked.push({ by, url, headers, review });
    return behaviours.get(by)?.(review, response);
  };
  const { identity } = await certificate;
  const server = await startWebhook(t, answer, identity);
  const clock = virtualClock();
  const cluster = await createCluster({ clock, random: seededRandom(1), ...options });
  t.after(() => cluster.close());
  const api = apiOver(cluster.fetch);
  const { port } = new URL(server.url);
  const caBundle = base64((await authority).cert);
  const configure = async (path: string, name: string, webhooks: readonly Loose[]) =>
    expectCode(await api.post(path, { metadata: { name }, webhooks }), 201);
  const taken = () => {
    const all = asked;
    asked = [];
    return all;
  };
  return {
    ...{ cluster, api, clock, caBundle, certificate: identity.cert, port, connections: server.connections },
    hook(name, behaviour, more = {}) {
      behaviours.set(name, behaviour);
      return {
        name: `${name}.example.com`,
        clientConfig: { url: `https://127.0.0.1:${port}/${name}`, caBundle },
        rules: [rule('*', '', 'v1', 'configmaps')],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...more,
      };
    },
    behave: (name, behaviour) => void behaviours.set(name, behaviour),
    validating: (name, ...webhooks) => configure(validatingPath, name, webhooks),
    mutating: (name, ...webhooks) => configure(mutatingPath, name, webhooks),
    asked: taken,
    who: () => [...new Set(taken().map(({ by }) => by))].sort(),
  };
}

type Some = string | readonly string[];

export const rule = (
  operations: Some,
  apiGroups: Some,
  apiVersions: Some,
  resources: Some,
  scope?: string,
) => ({
  operations: [operations].flat(),
  apiGroups: [apiGroups].flat(),
  apiVersions: [apiVersions].flat(),
  resources: [resources].flat(),
  ...(scope === undefined ? {} : { scope }),
});

/** For webhooks that hear of new pods only. */
export const onPods = { rules: [rule('CREATE', '', 'v1', 'pods')] };

/** An answer with these fields, whatever they are. */
export const respond =
  (fields: object): Behaviour =>
  ({ apiVersion, request }) => ({
    apiVersion,
    kind: 'AdmissionReview',
    response: { uid: request.uid, ...fields },
  });

export const allow = (more: object = {}): Behaviour => respond({ allowed: true, ...more });

export const deny = (status?: object, more: object = {}): Behaviour =>
  respond({ allowed: false, ...(status ? { status } : {}), ...more });

/** Wants these changes; a function is asked for them with the object as it was sent. */
export const change =
  (operations: readonly object[] | ((object: Loose) => readonly object[])): Behaviour =>
  (review, response) => {
    const all = typeof operations === 'function' ? operations(review.request.object) : operations;
    return allow({ patchType: 'JSONPatch', patch: base64(all) })(review, response);
  };

/** Sets a key of a config map. */
export const set = (key: string, value = '1'): Behaviour =>
  change([{ op: 'add', path: `/data/${key}`, value }]);

/** Sets a key of a config map that has it not. */
export const setOnce =
  (key: string): Behaviour =>
  (review, response) =>
    (Object.hasOwn(review.request.object.data, key) ? allow() : set(key))(review, response);

/** Sends text with a status. */
export const say =
  (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
    return undefined;
  };
