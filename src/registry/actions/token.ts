import { formatTime } from '../../apimachinery/clock.ts';
import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { uuid } from '../../apimachinery/random.ts';
import {
  badRequest,
  conflict,
  invalidError,
  notFoundError,
  notImplemented,
} from '../../apimachinery/status.ts';
import {
  boundTokenClaims,
  claimedObject,
  type TokenBinding,
} from '../../resources/core/serviceaccounts/token-claims.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Registry, Target } from '../context.ts';
import type { Action } from './types.ts';

/** Signs tokens of service accounts; made by `server.ts` of what authentication was told. */
export interface TokenIssuer {
  /** Audiences of a token that asks for none: those of the API server. */
  readonly audiences: readonly string[];
  /** Longest time that a token is good for, in seconds; 0: whatever is asked for. */
  readonly maxExpirationSeconds: number;
  /** Whether the tokens of kubelets are good for a year, with a warning after the time that they ask for. */
  readonly extendExpiration: boolean;
  sign(claims: object): Promise<string>;
}

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const defaultSeconds = 60 * 60;
const minSeconds = 10 * 60;
const maxSeconds = 2 ** 32;
/** What the volumes ask for that admission adds to pods: an hour, and a few seconds by which they can be told from others. */
const injectedSeconds = 60 * 60 + 7;
const extendedSeconds = 365 * 24 * 60 * 60;

interface TokenRequestSpec {
  audiences: readonly string[];
  expirationSeconds: number;
  boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } | null;
}

/** POST `serviceaccounts/token`: a token for an account, bound to an object if asked (`TokenREST` of core/serviceaccount). */
export const requestToken: Action = async (registry, target, caller, body, validated) => {
  const { tokens, clock } = registry;
  if (!tokens) throw notImplemented('serviceaccounts/token');
  refuseOtherName(body, target);
  const account = await find(registry, 'serviceaccounts', target.namespace, target.name);
  const { uid } = body.metadata;
  if (uid && uid !== account.metadata.uid) {
    const why = `the UID in the token request (${uid}) does not match the UID of the service account (${account.metadata.uid})`;
    throw conflict({ group: kind.group, resource: kind.kind }, target.name, why);
  }
  const spec = defaulted(body, tokens);
  const { name, namespace } = account.metadata;
  const nowMs = clock.now();
  const request: KubeObject = {
    ...body,
    metadata: {
      ...body.metadata,
      name: name!,
      namespace: namespace!,
      uid: account.metadata.uid!,
      creationTimestamp: formatTime(nowMs),
    },
    spec,
    status: {},
  };
  await validated();
  const binding = await bindingOf(registry, target, spec);
  const { maxExpirationSeconds } = tokens;
  if (maxExpirationSeconds > 0 && spec.expirationSeconds > maxExpirationSeconds) {
    caller.warn(
      `requested expiration of ${spec.expirationSeconds} seconds shortened to ${maxExpirationSeconds} seconds`,
    );
    spec.expirationSeconds = maxExpirationSeconds;
  }
  const jti = uuid(registry.random);
  const terms = { nowMs, audiences: spec.audiences, jti, ...expiry(spec, binding, tokens) };
  const token = await tokens.sign(boundTokenClaims(account, binding, terms));
  caller.annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${jti}`);
  const expirationTimestamp = formatTime(nowMs + spec.expirationSeconds * 1000);
  return { ...request, status: { expirationTimestamp, token } };
};

/** That a namespace in the body is another one has been refused before. */
function refuseOtherName({ metadata }: KubeObject, { name }: Target): void {
  if (!metadata.name || metadata.name === name) return;
  const why = 'must match the service account name if specified';
  throw invalidError(kind, name, [invalid(FieldPath.of('metadata', 'name'), metadata.name, why)]);
}

function defaulted(body: KubeObject, { audiences }: TokenIssuer): TokenRequestSpec {
  const given = (isRecord(body['spec']) ? body['spec'] : {}) as Partial<TokenRequestSpec>;
  const spec: TokenRequestSpec = {
    ...given,
    audiences: given.audiences?.length ? given.audiences : audiences,
    expirationSeconds: given.expirationSeconds ?? defaultSeconds,
    boundObjectRef: given.boundObjectRef ?? null,
  };
  const path = FieldPath.of('spec', 'expirationSeconds');
  const { expirationSeconds: seconds } = spec;
  const errors = [
    ...(seconds < minSeconds
      ? [invalid(path, seconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(seconds > maxSeconds
      ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
  ];
  if (errors.length > 0) throw invalidError(kind, '', errors);
  return spec;
}

type Bindable = 'pods' | 'secrets' | 'nodes' | 'serviceaccounts';

/** Throws a 404 when there is none. */
async function find(
  registry: Registry,
  resource: Bindable,
  namespace: string,
  name: string,
): Promise<KubeObject> {
  const found = await lookUp(registry, resource, namespace, name);
  if (!found) throw notFoundError({ group: '', resource }, name);
  return found;
}

async function lookUp(
  { catalog, store, layout }: Registry,
  resource: Bindable,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const definition = catalog.definition({ group: '', resource });
  await store.cache.fresh();
  return definition && store.cache.get(objectKey(layout, definition, namespace, name))?.view();
}

/** What the token is bound to, found and of the uid that was named. */
async function bindingOf(
  registry: Registry,
  { namespace, name: account }: Target,
  { boundObjectRef: ref }: TokenRequestSpec,
): Promise<TokenBinding> {
  if (!ref) return {};
  const { apiVersion = '', name = '' } = ref;
  const resource = bindable.get(`${apiVersion}/${ref.kind ?? ''}`);
  if (!resource)
    throw badRequest(`cannot bind token to object of type ${typeText(apiVersion, ref.kind ?? '')}`);
  const object = await find(registry, resource, resource === 'nodes' ? '' : namespace, name);
  if (resource === 'pods') refuseOtherAccount(object, account);
  if (ref.uid && ref.uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', resource: ref.kind ?? '' }, name, why);
  }
  const bound = claimedObject(object);
  if (resource === 'secrets') return { secret: bound };
  if (resource === 'nodes') return { node: bound };
  const node = await nodeOf(registry, object);
  return { pod: bound, ...(node ? { node } : {}) };
}

/** By apiVersion and kind. A core kind may also be named without a version. */
const bindable: ReadonlyMap<string, 'pods' | 'secrets' | 'nodes'> = new Map(
  (
    [
      ['Pod', 'pods'],
      ['Secret', 'secrets'],
      ['Node', 'nodes'],
    ] as const
  ).flatMap(([kindName, resource]) => [
    [`v1/${kindName}`, resource],
    [`/${kindName}`, resource],
  ]),
);

/** As Go's `GroupVersionKind` prints itself. */
function typeText(apiVersion: string, kindName: string): string {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return `${group}/${version}, Kind=${kindName}`;
}

function refuseOtherAccount(pod: KubeObject, account: string): void {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  if (spec['serviceAccountName'] === account) return;
  throw badRequest(
    `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
  );
}

/** A node that is not there is still mentioned by its name. */
async function nodeOf(registry: Registry, pod: KubeObject): Promise<TokenBinding['node']> {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  const name = spec['nodeName'];
  if (typeof name !== 'string' || name === '') return undefined;
  const node = await lookUp(registry, 'nodes', '', name);
  return node ? claimedObject(node) : { name };
}

/**
 * Programs that never read their token again were common when tokens began to expire, so the tokens that admission asks for last
 * far longer than they say, and audit tells who uses them beyond their time.
 */
function expiry(spec: TokenRequestSpec, { pod }: TokenBinding, { extendExpiration, audiences }: TokenIssuer) {
  const { expirationSeconds } = spec;
  const isInjected = pod !== undefined && expirationSeconds === injectedSeconds;
  if (!extendExpiration || !isInjected || !spec.audiences.every((audience) => audiences.includes(audience))) {
    return { expirationSeconds, warnAfterSeconds: undefined };
  }
  return { expirationSeconds: extendedSeconds, warnAfterSeconds: expirationSeconds };
}
