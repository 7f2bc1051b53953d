import type { CryptoKey, JWK } from 'jose';
import type { Clock } from '../../apimachinery/clock.ts';
import type { HttpsGet } from './https-get.ts';

/** The keys with which one issuer signs, read when they are needed. */
export interface KeySet {
  /**
   * Keys that may have signed a token with this header, those known first; nothing when there are none. Throws an Error when the issuer
   * cannot be asked.
   */
  candidates(header: { readonly alg: string; readonly kid?: string }): AsyncIterable<CryptoKey>;
}

/** Keys of one issuer. */
const maxKeys = 100;
/** An issuer that could not be asked, or whose keys had changed for nothing, is left alone for this long. */
const quietMs = 10_000;

const wellKnown = '/.well-known/openid-configuration';

interface Document {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

export interface KeySetOptions {
  readonly issuer: string;
  /** '' for the usual place. */
  readonly discoveryUrl: string;
  readonly get: HttpsGet;
  readonly clock: Clock;
}

/**
 * Finds the keys of an issuer over its discovery document (OpenID Connect Discovery 1.0, 4). Both are read on first use. Keys are read
 * again when a token is signed with one that is not known: at once after they were found wanting for the first time, and then, as long
 * as that does not help, every ten seconds at most, so that tokens of nobody cost the issuer nothing.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { get, clock } = options;
  let keysUrl: string | undefined;
  let keys: readonly JWK[] | undefined;
  let reading: Promise<readonly JWK[]> | undefined;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let failure: Error | undefined;

  const read = async (): Promise<readonly JWK[]> => {
    try {
      keysUrl ??= await discover(options);
      keys = parseKeys(await get(keysUrl), keysUrl);
      failure = undefined;
      return keys;
    } catch (error) {
      failure = error as Error;
      quietUntilMs = clock.monotonicMs() + quietMs;
      throw error;
    }
  };
  const readOnce = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const isQuiet = () => clock.monotonicMs() < quietUntilMs;
  const current = (): readonly JWK[] | Promise<readonly JWK[]> => {
    if (keys) return keys;
    if (!reading && failure && isQuiet()) throw failure;
    return readOnce();
  };

  return {
    async *candidates(header) {
      const before = await current();
      yield* importable(before, header);
      if (!reading && isQuiet()) return;
      const after = await readOnce();
      const known = new Set(before.map(keyText));
      const added = after.filter((key) => !known.has(keyText(key)));
      if (added.length === 0) quietUntilMs = clock.monotonicMs() + quietMs;
      yield* importable(added, header);
    },
  };
}

const keyText = (key: JWK) => JSON.stringify(key);

async function discover({ issuer, discoveryUrl, get }: KeySetOptions): Promise<string> {
  const url = discoveryUrl === '' ? issuer.replace(/\/$/, '') + wellKnown : discoveryUrl;
  const { issuer: said, jwks_uri: keysUrl } = parseJson(await get(url), url) as Document;
  if (said !== issuer) {
    throw new Error(
      `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(issuer)} got ${JSON.stringify(said)}`,
    );
  }
  if (typeof keysUrl !== 'string' || keysUrl === '') throw new Error('provider did not return JWKS URL');
  return keysUrl;
}

function parseKeys(text: string, url: string): readonly JWK[] {
  const { keys } = parseJson(text, url) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error(`oidc: ${url} has no list of keys`);
  if (keys.length > maxKeys) throw new Error(`oidc: ${url} has more than ${maxKeys} keys`);
  return keys.filter((key): key is JWK => key !== null && typeof key === 'object');
}

function parseJson(text: string, url: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object')
    throw new Error(`oidc: ${url} did not answer a JSON object`);
  return value;
}

const imported = new WeakMap<JWK, Map<string, Promise<CryptoKey | Uint8Array>>>();

async function* importable(
  keys: readonly JWK[],
  { alg, kid = '' }: { readonly alg: string; readonly kid?: string },
): AsyncIterable<CryptoKey> {
  const { importJWK } = await import('jose');
  for (const key of keys) {
    if (kid !== '' && key.kid !== kid) continue;
    if (key.use === 'enc' || (key.alg !== undefined && key.alg !== alg)) continue;
    const byAlgorithm = imported.get(key) ?? new Map<string, Promise<CryptoKey | Uint8Array>>();
    imported.set(key, byAlgorithm);
    const importing = byAlgorithm.get(alg) ?? importJWK(key, alg);
    byAlgorithm.set(alg, importing);
    // A key that does not go with the algorithm is another one's; a symmetric one is nobody's.
    const usable = await importing.catch(() => undefined);
    if (usable && !(usable instanceof Uint8Array)) yield usable;
  }
}
