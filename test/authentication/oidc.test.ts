import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { exportSPKI } from 'jose';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { defaultAuthentication, type OidcOptions } from '../../src/authentication/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { onTheWire, type Wire } from './kit.ts';
import { newKey, type OidcIssuer, startIssuer } from './oidc-issuer.ts';

interface Setting extends Wire {
  readonly issuer: OidcIssuer;
  readonly clock: VirtualClock;
  /** Shows a token of the issuer with these claims. */
  claim(claims: Readonly<Record<string, unknown>>): ReturnType<Wire['ask']>;
  show(token: string): ReturnType<Wire['ask']>;
}

async function setting(t: TestContext, more: Partial<OidcOptions> = {}): Promise<Setting> {
  const issuer = await startIssuer(t);
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const caFile = join(directory.path, 'issuer.crt');
  await writeFile(caFile, issuer.ca);
  const clock = virtualClock(Date.now());
  const oidc = {
    ...defaultAuthentication.oidc,
    issuerUrl: issuer.url,
    clientId: 'binnacle',
    caFile,
    ...more,
  };
  const wire = await onTheWire(t, { clock, authentication: { oidc } });
  const show = (token: string) => wire.ask({ headers: { authorization: `Bearer ${token}` } });
  return {
    ...wire,
    issuer,
    clock,
    show,
    claim: async (claims) => show(await issuer.sign(claims, { nowMs: clock.now() })),
  };
}

describe('an OpenID Connect token', { timeout: 60_000 }, () => {
  it('names a user of its issuer', async (t) => {
    const { claim, issuer } = await setting(t);
    const { user } = await claim({ sub: 'jane', jti: 'abc' });
    assert.deepEqual(user, {
      username: `${issuer.url}#jane`,
      groups: ['system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=abc'] },
    });
  });

  it('has other claims, with prefixes, as the flags say', async (t) => {
    const { claim } = await setting(t, {
      usernameClaim: 'email',
      groupsClaim: 'roles',
      groupsPrefix: 'oidc:',
      requiredClaims: { tenant: 'blue' },
    });
    const jane = { email: 'jane@example.com', tenant: 'blue' };
    const { user } = await claim({ ...jane, roles: ['dev', 'ops'], email_verified: true });
    assert.equal(user.username, 'jane@example.com');
    assert.deepEqual(user.groups, ['oidc:dev', 'oidc:ops', 'system:authenticated']);
    assert.deepEqual((await claim({ ...jane, roles: 'dev' })).user.groups, [
      'oidc:dev',
      'system:authenticated',
    ]);
    const refused = [
      { ...jane, email_verified: false },
      { ...jane, email_verified: 'yes' },
      { ...jane, tenant: 'green' },
      { ...jane, tenant: ['blue'] },
      { email: jane.email },
      { tenant: 'blue' },
      { ...jane, roles: [{}] },
    ];
    for (const claims of refused) assert.equal((await claim(claims)).status, 401, JSON.stringify(claims));
  });

  it('has a name without a prefix where that is asked for', async (t) => {
    const { claim } = await setting(t, { usernamePrefix: '-' });
    assert.equal((await claim({ sub: 'jane' })).user.username, 'jane');
  });

  it('that is bad is a 401', async (t) => {
    const { issuer, show } = await setting(t);
    const good = await issuer.sign({ sub: 'jane' });
    assert.equal((await show(good)).status, 201);
    const seconds = Math.floor(Date.now() / 1000);
    const [head, body, signature] = good.split('.') as [string, string, string];
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const bad: Record<string, string> = {
      expired: await issuer.sign({ sub: 'jane', exp: seconds - 60 }),
      'without an end': await issuer.sign({ sub: 'jane', exp: undefined }),
      'good later': await issuer.sign({ sub: 'jane', nbf: seconds + 600 }),
      'for somebody else': await issuer.sign({ sub: 'jane', aud: 'other' }),
      'for nobody': await issuer.sign({ sub: 'jane', aud: undefined }),
      'of another issuer': await issuer.sign({ sub: 'jane', iss: 'https://example.com' }),
      'without a name': await issuer.sign({}),
      'signed by another key': await issuer.sign({ sub: 'jane' }, { key: await newKey('first') }),
      'signed with another algorithm': await issuer.sign(
        { sub: 'jane' },
        { key: await newKey('first', 'ES256') },
      ),
      'signed with the public key as a secret': await confused(issuer, body),
      'not signed': none,
      changed: `${head}.${Buffer.from(JSON.stringify({ iss: issuer.url, sub: 'root' })).toString('base64url')}.${signature}`,
      'of two parts': `${head}.${body}`,
      'of four parts': `${good}.x`,
      'not JSON': `${head}.${Buffer.from('{').toString('base64url')}.${signature}`,
      'a list': `${head}.${Buffer.from('[]').toString('base64url')}.${signature}`,
    };
    for (const [what, token] of Object.entries(bad)) assert.equal((await show(token)).status, 401, what);
  });

  it('may be used five minutes early', async (t) => {
    const { claim } = await setting(t);
    const seconds = Math.floor(Date.now() / 1000);
    assert.equal((await claim({ sub: 'jane', nbf: seconds + 240 })).status, 201);
  });

  it('needs no key id', async (t) => {
    const { issuer, show } = await setting(t);
    issuer.keys = [await newKey('other'), ...issuer.keys];
    assert.equal(
      (await show(await issuer.sign({ sub: 'jane' }, { key: issuer.keys[1]!, kid: '' }))).status,
      201,
    );
  });
});

/** A token signed with the text of the public key as the secret of a symmetric algorithm. */
async function confused(issuer: OidcIssuer, body: string): Promise<string> {
  const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'first' })).toString('base64url');
  const secret = await exportSPKI(issuer.keys[0]!.publicKey);
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;
}

describe('keys of an issuer', { timeout: 60_000 }, () => {
  const count = ({ asked }: OidcIssuer, path: string) => asked.filter((one) => one === path).length;

  it('are read on first use, and kept', async (t) => {
    const { issuer, claim } = await setting(t);
    assert.deepEqual(issuer.asked, []);
    await Promise.all([claim({ sub: 'a' }), claim({ sub: 'b' }), claim({ sub: 'c' })]);
    assert.deepEqual(issuer.asked, ['/.well-known/openid-configuration', '/keys']);
  });

  it('are read again for a new one, and not over and over for one that nobody has', async (t) => {
    const { issuer, claim, show, clock } = await setting(t);
    assert.equal((await claim({ sub: 'jane' })).status, 201);
    issuer.keys = [await newKey('second')];
    assert.equal((await claim({ sub: 'jane', n: 1 })).status, 201);
    assert.equal(count(issuer, '/keys'), 2);
    const unknown = await newKey('unknown');
    for (let i = 0; i < 5; i++) {
      assert.equal((await show(await issuer.sign({ sub: 'jane', i }, { key: unknown }))).status, 401);
    }
    assert.equal(count(issuer, '/keys'), 3);
    issuer.keys = [await newKey('third')];
    assert.equal((await claim({ sub: 'jane', n: 2 })).status, 401);
    clock.advance(10_000);
    assert.equal((await claim({ sub: 'jane', n: 3 })).status, 201);
    assert.equal(count(issuer, '/keys'), 4);
  });

  it('that cannot be had are asked for again after a while', async (t) => {
    const { issuer, claim, clock } = await setting(t);
    issuer.answers.set('/keys', { status: 500 });
    assert.equal((await claim({ sub: 'jane' })).status, 401);
    issuer.answers.delete('/keys');
    assert.equal((await claim({ sub: 'jane' })).status, 401);
    assert.equal(count(issuer, '/keys'), 1);
    clock.advance(10_000);
    assert.equal((await claim({ sub: 'jane' })).status, 201);
  });

  const configuration = '/.well-known/openid-configuration';
  it('are not taken from where an issuer should not send one', async (t) => {
    const other = await startIssuer(t);
    const wrong: Record<string, (issuer: OidcIssuer) => void> = {
      'another issuer': ({ answers, url }) =>
        answers.set(configuration, {
          body: JSON.stringify({ issuer: 'https://x', jwks_uri: `${url}/keys` }),
        }),
      'no https': ({ answers, url }) =>
        answers.set(configuration, {
          body: JSON.stringify({ issuer: url, jwks_uri: `${url.replace('https', 'http')}/keys` }),
        }),
      'no keys': ({ answers, url }) => answers.set(configuration, { body: JSON.stringify({ issuer: url }) }),
      'no JSON': ({ answers }) => answers.set('/keys', { body: '<html>' }),
      'a redirect to another server': ({ answers }) =>
        answers.set('/keys', { status: 302, headers: { location: `${other.url}/keys` } }),
      'a redirect to itself': ({ answers }) =>
        answers.set('/keys', { status: 302, headers: { location: '/keys' } }),
      'too much': ({ answers }) => answers.set('/keys', { body: `{"keys":[],"x":"${'x'.repeat(2 ** 20)}"}` }),
    };
    for (const [what, spoil] of Object.entries(wrong)) {
      const { issuer, claim } = await setting(t);
      other.keys = issuer.keys;
      spoil(issuer);
      assert.equal((await claim({ sub: 'jane' })).status, 401, what);
    }
    assert.deepEqual(other.asked, []);
  });

  it('may be elsewhere on the same server', async (t) => {
    const { issuer, claim } = await setting(t);
    issuer.answers.set(configuration, { status: 302, headers: { location: '/there' } });
    issuer.answers.set('/there', {
      body: JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }),
    });
    assert.equal((await claim({ sub: 'jane' })).status, 201);
  });
});

describe('groups in another token', { timeout: 60_000 }, () => {
  const source = (endpoint: string) => ({
    sub: 'jane',
    _claim_names: { groups: 'src' },
    _claim_sources: { src: { endpoint, access_token: 'secret' } },
  });

  it('are had from where a token points', async (t) => {
    const { issuer, claim } = await setting(t, { groupsClaim: 'groups' });
    issuer.answers.set('/groups', { body: await issuer.sign({ groups: ['blue'] }) });
    const { user } = await claim(source(`${issuer.url}/groups`));
    assert.deepEqual(user.groups, ['blue', 'system:authenticated']);
  });

  it('are not had from a token that is bad, or without a way there', async (t) => {
    const { issuer, claim } = await setting(t, { groupsClaim: 'groups' });
    const set = async (path: string, token: string | Promise<string>) =>
      issuer.answers.set(path, { body: await token });
    await set('/other', issuer.sign({ other: 1 }));
    await set('/forged', issuer.sign({ groups: ['blue'] }, { key: await newKey('first') }));
    await set('/audience', issuer.sign({ groups: ['blue'], aud: 'x' }));
    await set('/text', 'hello');
    for (const path of ['/other', '/forged', '/audience', '/text', '/nowhere']) {
      assert.equal((await claim(source(issuer.url + path))).status, 401, path);
    }
    const { _claim_sources: _none, ...without } = source('x');
    assert.equal((await claim(without)).status, 401);
    assert.equal((await claim({ ...source('x'), _claim_sources: {} })).status, 401);
    assert.equal((await claim(source('http://127.0.0.1:1/'))).status, 401);
  });
});

describe('--oidc-* that make no sense', () => {
  const refusals: readonly [what: string, given: Partial<OidcOptions>, message: RegExp][] = [
    ['no client', { issuerUrl: 'https://x' }, /must be specified together when any oidc-\* flags are set/],
    ['no issuer', { groupsClaim: 'x' }, /must be specified together/],
    [
      'no https',
      { issuerUrl: 'http://x', clientId: 'a' },
      /issuer\.url: Invalid value: "http:\/\/x": URL scheme must be https/,
    ],
    ['no URL', { issuerUrl: 'x', clientId: 'a' }, /URL scheme must be https/],
    ['a password', { issuerUrl: 'https://a:b@x', clientId: 'a' }, /must not contain a username or password/],
    [
      'algorithm',
      { issuerUrl: 'https://x', clientId: 'a', signingAlgs: ['HS256'] },
      /oidc: unsupported signing alg: "HS256"/,
    ],
    ['no file', { issuerUrl: 'https://x', clientId: 'a', caFile: '/no' }, /^\/no: there is no such file$/],
    [
      'the own issuer',
      { issuerUrl: 'https://kubernetes.default.svc', clientId: 'a' },
      /must not overlap with disallowed issuers/,
    ],
  ];
  for (const [what, given, message] of refusals) {
    it(what, async () => {
      const oidc = { ...defaultAuthentication.oidc, ...given };
      await assert.rejects(createCluster({ authentication: { oidc } }), { message });
    });
  }
});
