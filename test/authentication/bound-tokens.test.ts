import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, expectCode, expectFailure, pod } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import {
  accounts,
  type Bench,
  bench,
  newAccount,
  newToken,
  partOf,
  requestToken,
  review,
  secrets,
  whoAmI,
} from './token-kit.ts';

const issuer = 'https://kubernetes.default.svc';
const hourMs = 60 * 60 * 1000;

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

describe('a token request', () => {
  it('answers a token with the claims of the reference server', async () => {
    const account = await newAccount(api, 'claims');
    const answer = expectCode(await requestToken(api, 'claims'), 201);
    const { name, namespace, uid } = account.metadata;
    assert.equal(answer.kind, 'TokenRequest');
    assert.deepEqual(answer.metadata, { name, namespace, uid, creationTimestamp: '2026-01-01T00:00:00Z' });
    assert.deepEqual(answer.spec, { audiences: [issuer], expirationSeconds: 3600, boundObjectRef: null });
    assert.equal(answer.status.expirationTimestamp, '2026-01-01T01:00:00Z');
    const { jti, ...claims } = partOf(answer.status.token, 1);
    assert.match(jti, /^[0-9a-f-]{36}$/);
    const now = use.clock.now() / 1000;
    assert.deepEqual(claims, {
      aud: [issuer],
      exp: now + 3600,
      iat: now,
      iss: issuer,
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'claims', uid } },
      nbf: now,
      sub: 'system:serviceaccount:default:claims',
    });
    const [key] = expectCode(await api.get('/openid/v1/jwks'), 200).keys;
    assert.deepEqual(partOf(answer.status.token, 0), { alg: 'ES256', kid: key.kid });
  });

  const refused: [what: string, spec: object, metadata: object, code: number, message: string | RegExp][] = [
    [
      'less than ten minutes',
      { expirationSeconds: 599 },
      {},
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      'more than 2^32 seconds',
      { expirationSeconds: 2 ** 32 + 1 },
      {},
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
    [
      'another name',
      {},
      { name: 'other' },
      422,
      'TokenRequest.authentication.k8s.io "claims" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
    ],
    [
      'another namespace',
      {},
      { namespace: 'other' },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'a missing pod',
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } },
      {},
      404,
      'pods "none" not found',
    ],
    [
      'an object of another kind',
      { boundObjectRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } },
      {},
      400,
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    ],
    [
      'another uid',
      {},
      { uid: 'x' },
      409,
      /the UID in the token request \(x\) does not match the UID of the service account/,
    ],
  ];
  for (const [what, spec, metadata, code, message] of refused) {
    it(`for ${what} is refused`, async () => {
      const status = expectCode(await requestToken(api, 'claims', spec, metadata), code);
      if (typeof message === 'string') assert.equal(status.message, message);
      else assert.match(status.message, message);
    });
  }

  it('for a missing account is a 404', async () => {
    const status = expectFailure(await requestToken(api, 'nobody'), 404, 'NotFound');
    assert.equal(status.message, 'serviceaccounts "nobody" not found');
  });

  it('beyond the maximum is shortened, with a warning', async () => {
    await using short = await bench({}, { maxExpirationSeconds: 7200 });
    await newAccount(short.api, 'long');
    const answer = await requestToken(short.api, 'long', { expirationSeconds: 86_400 });
    assert.equal(expectCode(answer, 201).spec.expirationSeconds, 7200);
    assert.match(
      answer.headers.get('warning') ?? '',
      /requested expiration of 86400 seconds shortened to 7200 seconds/,
    );
  });
});

describe('a bound token', () => {
  it('tells who uses it', async () => {
    const account = await newAccount(api, 'who');
    const token = await newToken(api, 'who');
    const { userInfo } = expectCode(await whoAmI(api, token), 201).status;
    assert.deepEqual(userInfo, {
      username: 'system:serviceaccount:default:who',
      uid: account.metadata.uid,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${partOf(token, 1).jti}`] },
    });
  });

  it('of a pod tells pod and node, and ends with the pod', async () => {
    await newAccount(api, 'inpod');
    const node = expectCode(await api.post('/api/v1/nodes', { metadata: { name: 'node-1' } }), 201);
    const spec = { serviceAccountName: 'inpod', nodeName: 'node-1' };
    const made = expectCode(await api.post('/api/v1/namespaces/default/pods', pod('bound', spec)), 201);
    const reference = { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'bound' } };
    const token = await newToken(api, 'inpod', reference);
    const { userInfo } = expectCode(await whoAmI(api, token), 201).status;
    assertSubset(userInfo.extra, {
      'authentication.kubernetes.io/pod-name': ['bound'],
      'authentication.kubernetes.io/pod-uid': [made.metadata.uid],
      'authentication.kubernetes.io/node-name': ['node-1'],
      'authentication.kubernetes.io/node-uid': [node.metadata.uid],
    });
    await newAccount(api, 'other');
    const status = expectFailure(await requestToken(api, 'other', reference), 400, 'BadRequest');
    assert.equal(
      status.message,
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    );
    expectCode(await api.delete('/api/v1/namespaces/default/pods/bound', { gracePeriodSeconds: 0 }), 200);
    expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(api, token)).error,
      '[invalid bearer token, service account token has been invalidated]',
    );
  });

  it('of a secret and of a node end with them', async () => {
    await newAccount(api, 'ends');
    expectCode(await api.post(secrets, { metadata: { name: 'bound' } }), 201);
    expectCode(await api.post('/api/v1/nodes', { metadata: { name: 'node-2' } }), 201);
    const secretToken = await newToken(api, 'ends', {
      boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'bound' },
    });
    const nodeToken = await newToken(api, 'ends', {
      boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'node-2' },
    });
    for (const token of [secretToken, nodeToken]) expectCode(await whoAmI(api, token), 201);
    expectCode(await api.delete(`${secrets}/bound`), 200);
    const again = expectCode(await api.post(secrets, { metadata: { name: 'bound' } }), 201);
    expectCode(await api.delete('/api/v1/nodes/node-2'), 200);
    for (const token of [secretToken, nodeToken])
      expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.match(
      (await review(api, secretToken)).error,
      new RegExp(
        `^\\[invalid bearer token, secret UID \\(${again.metadata.uid}\\) does not match service account secret ref claim`,
      ),
    );
    assert.equal(
      (await review(api, nodeToken)).error,
      '[invalid bearer token, service account token has been invalidated]',
    );
  });

  it('ends a minute after its time', async () => {
    await newAccount(api, 'late');
    const token = await newToken(api, 'late');
    use.clock.advance(hourMs + 60_000);
    expectCode(await whoAmI(api, token), 201);
    use.clock.advance(1_000);
    expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(api, token)).error,
      '[invalid bearer token, service account token has expired]',
    );
  });

  it('of an account that was deleted is refused, also when there is a new one of the same name', async () => {
    const old = await newAccount(api, 'again');
    const token = await newToken(api, 'again');
    expectCode(await whoAmI(api, token), 201);
    expectCode(await api.delete(`${accounts}/again`), 200);
    expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(api, token)).error,
      '[invalid bearer token, serviceaccounts "again" not found]',
    );
    const { metadata } = await newAccount(api, 'again');
    expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(api, token)).error,
      `[invalid bearer token, service account UID (${metadata.uid}) does not match claim (${old.metadata.uid})]`,
    );
    expectCode(await whoAmI(api, await newToken(api, 'again')), 201);
  });

  it('of an account that waits for its finalizers is good for another minute', async () => {
    expectCode(
      await api.post(accounts, { metadata: { name: 'held', finalizers: ['example.com/hold'] } }),
      201,
    );
    const token = await newToken(api, 'held');
    expectCode(await api.delete(`${accounts}/held`), 200);
    use.clock.advance(60_000);
    expectCode(await whoAmI(api, token), 201);
    use.clock.advance(1_000);
    assert.equal(
      (await review(api, token)).error,
      '[invalid bearer token, service account default/held has been deleted]',
    );
  });

  it('for another audience is refused, and good where it is meant to be', async () => {
    await newAccount(api, 'vault');
    const token = await newToken(api, 'vault', { audiences: ['vault', 'other'] });
    expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.deepEqual(await review(api, token), {
      error: `[invalid bearer token, token audiences ["vault" "other"] is invalid for the target audiences ["${issuer}"]]`,
      user: {},
    });
    const status = await review(api, token, ['vault', 'nobody']);
    assert.equal(status.authenticated, true);
    assert.deepEqual(status.audiences, ['vault']);
    assert.equal(status.user.username, 'system:serviceaccount:default:vault');
  });

  it('that was tampered with, or signed by somebody else, is refused', async () => {
    await newAccount(api, 'safe');
    const [header, payload, signature] = (await newToken(api, 'safe')).split('.') as [string, string, string];
    const other = await newToken(api, 'claims');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    await using stranger = await bench();
    await newAccount(stranger.api, 'safe');
    const forged = [
      `${header}.${payload}.${other.split('.')[2]}`,
      `${header}.${other.split('.')[1]}.${signature}`,
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.`,
      await newToken(stranger.api, 'safe'),
    ];
    for (const token of forged) expectFailure(await whoAmI(api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(api, forged[0]!)).error,
      '[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]',
    );
    assert.equal(
      (await review(api, forged.at(-1)!)).error,
      '[invalid bearer token, invalid signature, no keys found]',
    );
  });

  it('that admission asks for lasts a year, and says when it should have been renewed', async () => {
    await newAccount(api, 'mounted');
    expectCode(
      await api.post('/api/v1/namespaces/default/pods', pod('mounted', { serviceAccountName: 'mounted' })),
      201,
    );
    const spec = {
      expirationSeconds: 3607,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mounted' },
    };
    const answer = expectCode(await requestToken(api, 'mounted', spec), 201);
    const claims = partOf(answer.status.token, 1);
    assert.equal(claims.exp - claims.iat, 365 * 24 * 60 * 60);
    assert.equal(claims['kubernetes.io'].warnafter - claims.iat, 3607);
    assert.equal(answer.spec.expirationSeconds, 3607);
    const foreign = await newToken(api, 'mounted', { ...spec, audiences: ['vault'] });
    assert.equal(partOf(foreign, 1).exp - partOf(foreign, 1).iat, 3607);
  });
});

describe('what explains the tokens to others', () => {
  it('is served as the reference server does', async () => {
    const configuration = await api.get('/.well-known/openid-configuration');
    assert.deepEqual(expectCode(configuration, 200), {
      issuer,
      jwks_uri: 'https://192.0.2.1:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    assert.equal(configuration.headers.get('content-type'), 'application/json');
    assert.equal(configuration.headers.get('cache-control'), 'public, max-age=3600');
    const keys = await api.get('/openid/v1/jwks');
    const [key] = expectCode(keys, 200).keys;
    assertSubset(key, { use: 'sig', kty: 'EC', crv: 'P-256', alg: 'ES256' });
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    assert.equal(keys.headers.get('content-type'), 'application/jwk-set+json');
    assert.equal(keys.headers.get('cache-control'), 'public, max-age=3600');
  });

  it('is not served for an issuer that is no URL', async () => {
    await using plain = await bench({}, { issuers: ['somebody'] });
    assert.equal((await plain.api.get('/openid/v1/jwks')).status, 404);
    await newAccount(plain.api, 'plain');
    const token = await newToken(plain.api, 'plain');
    assert.equal(partOf(token, 1).iss, 'somebody');
    expectCode(await whoAmI(plain.api, token), 201);
  });
});
