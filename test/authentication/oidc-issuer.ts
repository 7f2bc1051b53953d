import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { makeAuthority, makeCertificate, purposes } from '../helpers/certificates.ts';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A real OpenID Connect issuer on loopback, as far as an API server asks it. */
export interface OidcIssuer {
  /** `https://127.0.0.1:…`. */
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** What it signs with and publishes. May be changed at any time. */
  keys: readonly SigningKey[];
  /** Answers instead of the usual ones, by path. */
  readonly answers: Map<string, Answer>;
  /** A token of this issuer for `binnacle`, which is good for an hour, with these claims laid over. */
  sign(claims: Readonly<Record<string, unknown>>, options?: SignOptions): Promise<string>;
  readonly server: Server;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SignOptions {
  readonly key?: SigningKey;
  readonly nowMs?: number;
  /** Overrides what the header says of the key. */
  readonly kid?: string;
}

export async function newKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

export async function startIssuer(t: TestContext): Promise<OidcIssuer> {
  const authority = await makeAuthority('issuer authority');
  const serving = await makeCertificate(
    { commonName: 'issuer', addresses: ['127.0.0.1'], purposes: [purposes.server] },
    authority,
  );
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer(serving.identity, async (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const { status = 200, headers = {}, body = '' } = answers.get(path) ?? (await usual(path));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const usual = async (path: string): Promise<Answer> => {
    if (path === '/.well-known/openid-configuration') {
      return { body: JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }) };
    }
    if (path !== '/keys') return { status: 404 };
    const keys = issuer.keys.map(async ({ kid, alg, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg,
    }));
    return { body: JSON.stringify({ keys: await Promise.all(keys) }) };
  };
  const issuer: OidcIssuer = {
    url,
    ca: authority.cert,
    asked,
    answers,
    server,
    keys: [await newKey('first')],
    sign(claims, { key = issuer.keys[0]!, nowMs = Date.now(), kid = key.kid } = {}) {
      const seconds = Math.floor(nowMs / 1000);
      const all = { iss: url, aud: 'binnacle', iat: seconds, exp: seconds + 3600, ...claims };
      return new SignJWT(all)
        .setProtectedHeader({ alg: key.alg, ...(kid === '' ? {} : { kid }) })
        .sign(key.privateKey);
    },
  };
  return issuer;
}
