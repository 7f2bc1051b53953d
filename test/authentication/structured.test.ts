import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { stringify } from 'yaml';
import { defaultAuthentication } from '../../src/authentication/options.ts';
import { ConfigError } from '../../src/configuration/config-error.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { codeBlock } from '../house/source.ts';
import { onTheWire, type Wire } from './kit.ts';
import { type OidcIssuer, startIssuer } from './oidc-issuer.ts';

const head = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration' };

async function file(t: TestContext): Promise<string> {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  return join(directory.path, 'authentication.yaml');
}

const username = { claim: 'sub', prefix: '' };
const issuerOf = ({ url, ca }: OidcIssuer, more: object = {}) => ({
  url,
  certificateAuthority: ca,
  audiences: ['binnacle'],
  ...more,
});

interface Setting extends Wire {
  readonly path: string;
  write(config: object): Promise<void>;
  show(token: string): ReturnType<Wire['ask']>;
}

async function setting(t: TestContext, config: object): Promise<Setting> {
  const path = await file(t);
  const write = (value: object) => writeFile(path, stringify({ ...head, ...value }));
  await write(config);
  const wire = await onTheWire(t, { authentication: { authenticationConfigFile: path } });
  const show = (token: string) => wire.ask({ headers: { authorization: `Bearer ${token}` } });
  return { ...wire, path, write, show };
}

describe('--authentication-config', { timeout: 60_000 }, () => {
  it('describes several issuers, each for its own audiences', async (t) => {
    const [one, two] = [await startIssuer(t), await startIssuer(t)];
    const { show } = await setting(t, {
      jwt: [
        { issuer: issuerOf(one), claimMappings: { username: { claim: 'sub', prefix: 'one:' } } },
        {
          issuer: issuerOf(two, { audiences: ['a', 'b'], audienceMatchPolicy: 'MatchAny' }),
          claimMappings: {
            username: { claim: 'sub', prefix: 'two:' },
            groups: { claim: 'groups', prefix: '' },
            uid: { claim: 'uid' },
          },
          claimValidationRules: [{ claim: 'hd', requiredValue: 'example.com' }],
        },
      ],
    });
    assert.equal((await show(await one.sign({ sub: 'jane' }))).user.username, 'one:jane');
    const claims = { sub: 'jane', uid: '42', hd: 'example.com', groups: ['blue'] };
    const { user } = await show(await two.sign({ ...claims, aud: ['x', 'b'] }));
    assert.deepEqual(user, { username: 'two:jane', uid: '42', groups: ['blue', 'system:authenticated'] });
    assert.equal((await show(await two.sign(claims))).status, 401);
    assert.equal((await show(await two.sign({ ...claims, aud: 'a', hd: 'x' }))).status, 401);
  });

  it('finds the keys of an issuer where it says', async (t) => {
    const [issuer, elsewhere] = [await startIssuer(t), await startIssuer(t)];
    elsewhere.answers.set('/discovery', {
      body: JSON.stringify({ issuer: issuer.url, jwks_uri: `${elsewhere.url}/keys` }),
    });
    elsewhere.keys = issuer.keys;
    const { show } = await setting(t, {
      jwt: [
        {
          issuer: issuerOf(issuer, {
            discoveryURL: `${elsewhere.url}/discovery`,
            certificateAuthority: elsewhere.ca,
          }),
          claimMappings: { username },
        },
      ],
    });
    assert.equal((await show(await issuer.sign({ sub: 'jane' }))).user.username, 'jane');
    assert.deepEqual([issuer.asked, elsewhere.asked], [[], ['/discovery', '/keys']]);
  });

  it('maps and checks claims with expressions', async (t) => {
    const issuer = await startIssuer(t);
    const { show } = await setting(t, {
      jwt: [
        {
          issuer: issuerOf(issuer),
          claimMappings: {
            username: { expression: "'oidc:' + claims.sub" },
            groups: { expression: "claims.roles.split(',') + claims.?more.orValue([])" },
            uid: { expression: 'claims.id' },
            extra: [
              { key: 'example.com/tenant', valueExpression: 'claims.tenant.name' },
              { key: 'example.com/none', valueExpression: "''" },
            ],
          },
          claimValidationRules: [
            { expression: 'claims.exp - claims.iat <= 3600', message: 'lives too long' },
          ],
          userValidationRules: [
            { expression: "!user.username.startsWith('oidc:system')", message: 'is reserved' },
            { expression: "user.groups.all(group, group != 'root')", message: 'is no group' },
            { expression: "'example.com/tenant' in user.extra", message: 'has no tenant' },
          ],
        },
      ],
    });
    const jane = { sub: 'jane', roles: 'dev,ops', id: 'x', tenant: { name: 'blue' } };
    const { user } = await show(await issuer.sign({ ...jane, more: ['', 'sre'] }));
    assert.deepEqual(user, {
      username: 'oidc:jane',
      uid: 'x',
      groups: ['dev', 'ops', 'sre', 'system:authenticated'],
      extra: { 'example.com/tenant': ['blue'] },
    });
    const refused = [
      { ...jane, sub: 7 },
      { ...jane, sub: 'system:admin' },
      { ...jane, roles: 'root' },
      { ...jane, id: 7 },
      { ...jane, more: [7] },
      { ...jane, tenant: {} },
      { ...jane, tenant: { name: '' } },
      { ...jane, exp: Math.floor(Date.now() / 1000) + 7200 },
    ];
    for (const claims of refused) {
      assert.equal((await show(await issuer.sign(claims))).status, 401, JSON.stringify(claims));
    }
  });

  it('shows claims to expressions as kube-apiserver does', async (t) => {
    const issuer = await startIssuer(t);
    const value = (key: string, valueExpression: string) => ({ key: `example.com/${key}`, valueExpression });
    const { show } = await setting(t, {
      jwt: [
        {
          issuer: issuerOf(issuer),
          claimMappings: {
            username,
            extra: [
              value('type', "type(claims.n) == double ? 'double' : 'int'"),
              value('equal', "claims.n == 7 && claims.n < 8 ? 'yes' : 'no'"),
              value('escaped', 'claims.a__dot__b + claims.c__dash__d.e__slash__f + claims.__namespace__'),
              value('optional', "claims.?o.?x__dot__y.orValue('') + claims.?none__dot__.orValue('-')"),
              value('indexed', "claims['a.b']"),
              value(
                'has',
                "has(claims.a__dot__b) && !has(claims.z__dot__z) && 'a.b' in claims ? 'yes' : 'no'",
              ),
            ],
          },
          userValidationRules: [{ expression: "user.extra['example.com/type'][0] == 'double'" }],
        },
      ],
    });
    const claims = { n: 7, 'a.b': 'A', 'c-d': { 'e/f': 'B' }, namespace: 'C', o: { 'x.y': 'D' } };
    const { user } = await show(await issuer.sign({ sub: 'jane', ...claims }));
    assert.deepEqual(user?.extra, {
      'example.com/type': ['double'],
      'example.com/equal': ['yes'],
      'example.com/escaped': ['ABC'],
      'example.com/optional': ['D-'],
      'example.com/indexed': ['A'],
      'example.com/has': ['yes'],
    });
  });

  it('is read again when it changes; what is wrong then is told, and the last good one stays', async (t) => {
    const [one, two] = [await startIssuer(t), await startIssuer(t)];
    const jwt = (issuer: OidcIssuer) => ({ issuer: issuerOf(issuer), claimMappings: { username } });
    const { show, write, cluster } = await setting(t, { jwt: [jwt(one)] });
    assert.equal((await show(await one.sign({ sub: 'jane' }))).status, 201);
    assert.equal((await show(await two.sign({ sub: 'jane' }))).status, 401);
    await write({ jwt: [jwt(two)] });
    while ((await show(await two.sign({ sub: 'jane' }))).status === 401);
    assert.equal((await show(await one.sign({ sub: 'jane' }))).status, 401);

    const get = async (path: string) => (await cluster.fetch(`https://x${path}`)).text();
    const note = 'authentication-config was changed and could not be reloaded, the last good one is in use';
    for (const bad of [{ jwt: [{}] }, { jwt: [jwt(one)], anonymous: { enabled: false } }]) {
      await write(bad);
      while (!(await get('/readyz?verbose')).includes(note));
      assert.equal((await show(await two.sign({ sub: 'jane' }))).status, 201);
      assert.match(await get('/metrics'), /binnacle_config_current\{name="authentication-config"\} 0/);
      await write({ jwt: [jwt(two)] });
      while ((await get('/readyz?verbose')).includes(note));
    }
  });
});

describe('anonymous requests', { timeout: 60_000 }, () => {
  it('are served on the paths that are named', async (t) => {
    const { ask } = await setting(t, {
      anonymous: { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }] },
    });
    assert.equal((await ask({ path: '/livez' })).status, 200);
    assert.equal((await ask({ path: '/readyz?verbose' })).status, 200);
    for (const path of ['/healthz', '/version', '/livez/', '/livez/ping', '/api', '//livez']) {
      assert.equal((await ask({ path })).status, 401, path);
    }
  });

  it('are served nowhere', async (t) => {
    const { ask } = await setting(t, { anonymous: { enabled: false } });
    assert.equal((await ask({ path: '/livez' })).status, 401);
  });
});

describe('a configuration that makes no sense', () => {
  const url = 'https://example.com';
  const issuer = { url, audiences: ['a'] };
  const jwt = (more: object) => ({ jwt: [{ issuer, claimMappings: { username }, ...more }] });
  const mapped = (more: object) => jwt({ claimMappings: { username, ...more } });
  const cases: readonly [config: object, message: string][] = [
    [{ jwt: [{}] }, '4: jwt[0].issuer.url: Required value'],
    [{ jwt: [{ claimMappings: { username } }] }, ': at least one jwt[0].issuer.audiences is required'],
    [{ nonsense: 1 }, '3: nonsense: unknown field'],
    [jwt({ issuer: { ...issuer, Url: 'x' } }), 'Url: unknown field'],
    [jwt({ issuer: { ...issuer, url: 7 } }), '5: jwt[0].issuer.url: must be string'],
    [
      jwt({ issuer: { ...issuer, url: 'http://x' } }),
      '5: jwt[0].issuer.url: Invalid value: "http://x": URL scheme must be https',
    ],
    [jwt({ issuer: { ...issuer, url: `${url}?a` } }), 'URL must not contain a query'],
    [jwt({ issuer: { ...issuer, url: `${url}#a` } }), 'URL must not contain a fragment'],
    [jwt({ issuer: { ...issuer, discoveryURL: `${url}/` } }), 'discoveryURL must be different from URL'],
    [
      jwt({ issuer: { ...issuer, certificateAuthority: 'x' } }),
      'certificateAuthority: Invalid value: "<omitted>"',
    ],
    [jwt({ issuer: { ...issuer, audiences: ['a', 'a'] } }), 'audiences[1]: Duplicate value: "a"'],
    [
      jwt({ issuer: { ...issuer, audiences: ['a', 'b'] } }),
      'audienceMatchPolicy must be MatchAny for multiple audiences',
    ],
    [
      jwt({ issuer: { ...issuer, audienceMatchPolicy: 'x' } }),
      'must be empty or MatchAny for single audience',
    ],
    [jwt({ issuer: { ...issuer, egressSelectorType: 'cluster' } }), 'egress selection is not supported'],
    [{ jwt: [...jwt({}).jwt, ...jwt({}).jwt] }, 'jwt[1].issuer.url: Duplicate value: "https://example.com"'],
    [jwt({ claimMappings: {} }), 'username: Required value: claim or expression is required'],
    [
      jwt({ claimMappings: { username: { claim: 'sub' } } }),
      'username.prefix: Required value: prefix is required',
    ],
    [
      jwt({ claimMappings: { username: { claim: 'a', expression: 'b' } } }),
      "claim and expression can't both be set",
    ],
    [
      mapped({ groups: { prefix: 'a', expression: 'claims.a' } }),
      'may not be specified when expression is set',
    ],
    [
      mapped({ uid: { claim: 'a', expression: 'b' } }),
      'uid: Invalid value: "": claim and expression can\'t both be set',
    ],
    [
      mapped({ uid: { expression: 'claims.' } }),
      'uid.expression: Invalid value: "claims.": compilation failed: ERROR: <input>:1:',
    ],
    [mapped({ uid: { expression: 'user.uid' } }), 'compilation failed'],
    [
      mapped({ extra: [{ key: 'a', valueExpression: 'claims.a' }] }),
      'must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    [mapped({ extra: [{ key: 'a.io/A', valueExpression: 'claims.a' }] }), 'must be lowercase'],
    [
      mapped({ extra: [{ key: 'x.k8s.io/a', valueExpression: 'claims.a' }] }),
      'are reserved for Kubernetes use',
    ],
    [mapped({ extra: [{ key: 'a.io/a' }] }), 'extra[0].valueExpression: Required value'],
    [
      jwt({ claimMappings: { username: { expression: 'claims.email' } } }),
      'claims.email_verified must be used in claimMappings.username.expression',
    ],
    [
      jwt({ claimValidationRules: [{}] }),
      'claimValidationRules[0]: Required value: claim or expression is required',
    ],
    [jwt({ claimValidationRules: [{ claim: 'a', message: 'b' }] }), 'may not be specified when claim is set'],
    [
      jwt({ claimValidationRules: [{ claim: 'a' }, { claim: 'a' }] }),
      'claimValidationRules[1].claim: Duplicate value: "a"',
    ],
    [jwt({ claimValidationRules: [{ expression: '1' }] }), 'must evaluate to bool'],
    [jwt({ userValidationRules: [{}] }), 'userValidationRules[0].expression: Required value'],
    [jwt({ userValidationRules: [{ expression: 'user.name == "a"' }] }), 'compilation failed'],
    [{ anonymous: {} }, '3: anonymous.enabled: Required value'],
    [
      { anonymous: { enabled: false, conditions: [{ path: '/' }] } },
      'enabled should be set to true when conditions are defined',
    ],
  ];
  it('is refused with file, line and field', async (t) => {
    const path = await file(t);
    for (const [config, message] of cases) {
      await writeFile(path, stringify({ ...head, ...config }));
      await assert.rejects(
        createCluster({ authentication: { authenticationConfigFile: path } }),
        (error: Error) => {
          assert.ok(error instanceof ConfigError && error.message.startsWith(`${path}:`), error.stack);
          assert.ok(error.message.includes(message), `${error.message}\nwithout ${message}`);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    }
  });

  it('may use an e-mail address that is asked for being verified', async (t) => {
    const path = await file(t);
    const expression = 'claims.email_verified == true ? claims.email : "none"';
    const config = { ...head, ...jwt({ claimMappings: { username: { expression } } }) };
    await writeFile(path, stringify(config));
    await (await createCluster({ authentication: { authenticationConfigFile: path } })).close();
  });

  it('is not what docs/authentication.md shows', async (t) => {
    const path = await file(t);
    await writeFile(path, codeBlock('docs/authentication.md', 'yaml'));
    await (await createCluster({ authentication: { authenticationConfigFile: path } })).close();
  });

  it('cannot stand beside flags that say the same', async (t) => {
    const path = await file(t);
    await writeFile(path, stringify({ ...head, anonymous: { enabled: true } }));
    const authenticationConfigFile = path;
    await assert.rejects(createCluster({ authentication: { authenticationConfigFile, anonymous: true } }), {
      message: `${path}:3: anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file`,
    });
    const oidc = { ...defaultAuthentication.oidc, issuerUrl: url };
    await assert.rejects(createCluster({ authentication: { authenticationConfigFile, oidc } }), {
      message: 'authentication-config file and oidc-* flags are mutually exclusive',
    });
  });
});
