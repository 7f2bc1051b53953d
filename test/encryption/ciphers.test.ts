import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { parseEncryption } from '../../src/encryption/config.ts';
import { createVault, type Vault } from '../../src/encryption/vault.ts';

const place = '/registry/secrets/default/a';
const plain = '{"kind":"Secret"}';
const key = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n';

const places = [
  { group: '', resource: 'secrets', prefix: '/registry/secrets/' },
  { group: '', resource: 'configmaps', prefix: '/registry/configmaps/' },
  { group: 'apps', resource: 'deployments', prefix: '/registry/deployments/' },
];

function vaultWith(...providers: string[]): Vault {
  const vault = createVault(places, seededRandom(1));
  vault.use(parse(`resources:\n- resources: [secrets]\n  providers: [${providers.join(', ')}]\n`));
  return vault;
}
const parse = (text: string) => parseEncryption('config', head + text);
const provider = (name: string, keyName = 'k', secret = key) =>
  `{${name}: {keys: [{name: ${keyName}, secret: ${secret}}]}}`;

/** What kube-apiserver 1.36 makes of the text above, under that key, in that place. */
const madeElsewhere = {
  aescbc: '9bFSgIG2bmOJoTwzRG/2BvicvMq9e5E2HazixheaoAYMlNIkvkCXhIIU1OzmGPbi',
  aesgcm: 'T5ULek/hByrtpkrR/87ve0M8HxzuJZ0SIxxsho8+WsExYb5tcjQFy1QSgqZt',
  secretbox: 'lDN2/iyE/D9gaB2xQazPptGTIC0YRMXXa3wrW5KDMzgV3TEM3qea0F2G3stX3okXICjo1lBOFuwr',
};

for (const [name, sealed] of Object.entries(madeElsewhere)) {
  describe(name, () => {
    const stored = Buffer.concat([Buffer.from(`k8s:enc:${name}:v1:k:`), Buffer.from(sealed, 'base64')]);

    it('reads what kube-apiserver wrote', () => {
      assert.equal(Buffer.from(vaultWith(provider(name)).open(place, stored)).toString(), plain);
    });

    it('comes back as it went in, and differs each time', () => {
      const vault = vaultWith(provider(name));
      for (const size of [0, 1, 15, 16, 17, 100_000]) {
        const bytes = Buffer.alloc(size, 'x');
        const [one, other] = [vault.seal(place, bytes), vault.seal(place, bytes)];
        assert.deepEqual(Buffer.from(vault.open(place, one)), bytes);
        assert.notDeepEqual(one, other);
        assert.equal(Buffer.from(one).includes('xxxxxxxx'), false);
      }
    });

    it('is not opened with another key, under another name, or when it was cut', () => {
      const other = Buffer.alloc(32, 7).toString('base64');
      const refused = { name: 'SealedValueError', message: /^the value of \/registry\/secrets\/default\/a / };
      assert.throws(() => vaultWith(provider(name, 'k', other)).open(place, stored), refused);
      assert.throws(() => vaultWith(provider(name, 'l')).open(place, stored), refused);
      assert.throws(() => vaultWith(provider(name)).open(place, stored.subarray(0, -30)), refused);
    });
  });
}

describe('aesgcm and secretbox', () => {
  for (const name of ['aesgcm', 'secretbox']) {
    it(`${name}: a changed bit is noticed`, () => {
      const vault = vaultWith(provider(name));
      const sealed = Buffer.from(vault.seal(place, Buffer.from(plain)));
      for (let at = `k8s:enc:${name}:v1:k:`.length; at < sealed.length; at++) {
        const changed = Buffer.from(sealed);
        changed[at]! ^= 1;
        assert.throws(() => vault.open(place, changed), { name: 'SealedValueError' });
      }
    });
  }

  it('aesgcm: a value that was moved to another place is noticed', () => {
    const vault = vaultWith(provider('aesgcm'));
    const sealed = vault.seal(place, Buffer.from(plain));
    assert.throws(() => vault.open('/registry/secrets/default/b', sealed), { name: 'SealedValueError' });
  });
});

describe('the providers of a resource', () => {
  const newest = provider('secretbox', 'new');
  const oldest = provider('aescbc', 'old');

  it('are tried in order; the first one writes, and what another one wrote is stale', () => {
    const before = vaultWith(oldest);
    const after = vaultWith(newest, oldest, '{identity: {}}');
    for (const stored of [before.seal(place, Buffer.from(plain)), Buffer.from(plain)]) {
      assert.equal(Buffer.from(after.open(place, stored)).toString(), plain);
      assert.equal(after.isStale(place, stored), true);
    }
    const written = after.seal(place, Buffer.from(plain));
    assert.equal(after.isStale(place, written), false);
    assert.throws(() => before.open(place, written), { message: /no matching prefix found/ });
  });

  it('leave other resources as they are, and refuse to read sealed bytes as plain ones', () => {
    const vault = vaultWith(newest);
    const other = '/registry/configmaps/default/a';
    assert.deepEqual(vault.seal(other, Buffer.from(plain)), Buffer.from(plain));
    assert.equal(vault.isStale(other, Buffer.from(plain)), false);
    assert.throws(() => vault.open(other, vault.seal(place, Buffer.from(plain))), {
      name: 'SealedValueError',
    });
    assert.throws(() => vault.open(place, Buffer.from(plain)), { message: /no matching prefix found/ });
  });

  const covered: readonly [string, string[]][] = [
    ['[secrets]', ['secrets']],
    ['["*."]', ['secrets', 'configmaps']],
    ['["*.apps"]', ['deployments']],
    ['["*.*"]', ['secrets', 'configmaps', 'deployments']],
    ['[deployments.apps, secrets]', ['secrets', 'deployments']],
    ['[deployments]', []],
  ];
  for (const [names, expected] of covered) {
    it(`${names} are ${expected.join(', ') || 'none'}`, () => {
      const vault = createVault(places, seededRandom(1));
      vault.use(parse(`resources:\n- resources: ${names}\n  providers: [${newest}]\n`));
      assert.deepEqual(
        places
          .filter(
            ({ prefix }) =>
              !Buffer.from(vault.seal(`${prefix}a`, Buffer.from(plain))).equals(Buffer.from(plain)),
          )
          .map(({ resource }) => resource),
        expected,
      );
    });
  }
});

describe('a configuration is refused, with line and field, and without its secrets', () => {
  const rule = (resources: string, providers: string) =>
    `resources:\n- resources: ${resources}\n  providers:\n  - ${providers}\n`;
  const cases: readonly [string, string][] = [
    ['resources: []', 'config:3: resources: at least one resources is required'],
    [rule('[]', '{identity: {}}'), 'config:4: resources[0].resources: at least one resources is required'],
    [
      rule('["*"]', '{identity: {}}'),
      "config:4: resources[0].resources[0]: use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources",
    ],
    [
      rule('["secrets", "*."]', '{identity: {}}'),
      "config:4: resources[0].resources: using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
    ],
    [
      rule('[secrets, secrets]', '{identity: {}}'),
      'config:4: resources[0].resources: the same resource cannot be specified multiple times',
    ],
    [
      rule('[Secrets]', '{identity: {}}'),
      'config:4: resources[0].resources[0]: resource name should not contain capital letters',
    ],
    [
      rule('[secrets]', '{aescbc: {keys: [{name: a, secret: c2hvcnQtc2VjcmV0}]}}'),
      'config:6: resources[0].providers[0].aescbc.keys[0].secret: secret is not of the expected length, got 12, expected one of [16 24 32]',
    ],
    [
      rule('[secrets]', '{secretbox: {keys: [{name: a, secret: "?not-base64"}]}}'),
      'config:6: resources[0].providers[0].secretbox.keys[0].secret: secrets must be base64 encoded',
    ],
    [
      rule('[secrets]', `{secretbox: {keys: [{secret: ${key}}]}}`),
      'config:6: resources[0].providers[0].secretbox.keys[0].name: Required value',
    ],
    [
      rule('[secrets]', '{aesgcm: {keys: []}}'),
      'config:6: resources[0].providers[0].aesgcm.keys: at least one keys is required',
    ],
    [
      rule('[secrets]', '{}'),
      'config:6: resources[0].providers[0]: provider does not contain any of the expected providers: AESGCM, AESCBC, Secretbox, Identity',
    ],
    [
      rule('[secrets]', '{kms: {name: a}}'),
      'config:6: resources[0].providers[0].kms: key management services are not supported; use aescbc, aesgcm or secretbox',
    ],
  ];
  for (const [text, message] of cases) {
    it(message, () => assert.throws(() => parse(text), { name: 'ConfigError', message }));
  }
});
