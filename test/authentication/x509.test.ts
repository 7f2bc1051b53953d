import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import type { AuthenticationOptions } from '../../src/authentication/options.ts';
import { defaultAuthentication } from '../../src/authentication/options.ts';
import { ConfigError } from '../../src/configuration/config-error.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import {
  type Made,
  makeAuthority,
  makeCertificate,
  makeRevocationList,
  newKeys,
  purposes,
  type Wanted,
} from '../helpers/certificates.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { onTheWire, type Wire } from './kit.ts';

const day = 24 * 60 * 60 * 1000;
const uidAttribute = '1.3.6.1.4.1.57683.2';

interface Setting extends Wire {
  readonly root: Made;
  readonly path: (name: string) => string;
  readonly clock: VirtualClock | undefined;
}

/** A server that trusts one authority, `root`. */
async function setting(
  t: TestContext,
  {
    clock,
    crl,
    ...more
  }: Partial<AuthenticationOptions> & { clock?: VirtualClock; crl?: (root: Made) => Promise<string> } = {},
): Promise<Setting> {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const path = (name: string) => join(directory.path, name);
  const root = await makeAuthority('root');
  await writeFile(path('ca.crt'), root.cert);
  if (crl) await writeFile(path('crl.pem'), await crl(root));
  const wire = await onTheWire(t, {
    ...(clock ? { clock } : {}),
    authentication: {
      clientCaFile: path('ca.crt'),
      ...(crl ? { clientCrlFile: path('crl.pem') } : {}),
      ...more,
    },
  });
  return { ...wire, root, path, clock };
}

const fingerprint = (pem: string) =>
  createHash('sha256')
    .update(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
    .digest('hex');

describe('a client certificate', { timeout: 60_000 }, () => {
  it('names user, groups and uid, and is told apart in extra', async (t) => {
    const { ask, root } = await setting(t);
    const jane = await makeCertificate(
      { commonName: 'jane', organizations: ['blue', 'dev, ops'], attributes: [[uidAttribute, '42']] },
      root,
    );
    const { user } = await ask({ identity: jane.identity });
    assert.deepEqual(user, {
      username: 'jane',
      uid: '42',
      groups: ['blue', 'dev, ops', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint(jane.cert)}`] },
    });
  });

  it('may be signed by an authority below the trusted one, when that is sent along', async (t) => {
    const { ask, root } = await setting(t);
    const below = await makeAuthority('below', {}, root);
    const jane = await makeCertificate({ commonName: 'jane' }, below);
    assert.equal((await ask({ identity: jane.identity })).user.username, 'jane');
    assert.equal((await ask({ identity: { ...jane.identity, cert: jane.cert } })).status, 401);
  });

  it('keeps its chain in a session that is resumed', async (t) => {
    const { ask, root } = await setting(t);
    const jane = await makeCertificate({ commonName: 'jane' }, await makeAuthority('below', {}, root));
    const agent = new https.Agent({ keepAlive: false, maxCachedSessions: 10 });
    for (let i = 0; i < 3; i++) {
      assert.equal((await ask({ identity: jane.identity, agent })).user.username, 'jane');
    }
  });

  it('without a common name is nobody', async (t) => {
    const { ask, root } = await setting(t);
    const { identity } = await makeCertificate({ commonName: '', organizations: ['blue'] }, root);
    assert.equal((await ask({ identity, path: '/version' })).status, 200);
    assert.equal((await ask({ identity })).status, 403);
  });

  const bad: readonly [what: string, make: (root: Made) => Promise<Made>][] = [
    ['expired', (root) => makeCertificate({ until: -1000 }, root)],
    ['not valid yet', (root) => makeCertificate({ from: day / 2 }, root)],
    ['for servers', (root) => makeCertificate({ purposes: [purposes.server] }, root)],
    ['of an unknown authority', async () => makeCertificate({}, await makeAuthority('other'))],
    ['of an authority with a trusted name', async () => makeCertificate({}, await makeAuthority('root'))],
    ['signed by itself', () => makeCertificate({})],
    ['with a critical extension that nobody knows', (root) => makeCertificate({ oddity: '1.2.3.4' }, root)],
    ['of a client that signs', async (root) => makeCertificate({}, await makeCertificate({}, root))],
    [
      'of an expired authority below',
      async (root) => makeCertificate({}, await makeAuthority('below', { until: -1000 }, root)),
    ],
    [
      'of an authority below that is for servers only',
      async (root) =>
        makeCertificate({}, await makeAuthority('below', { purposes: [purposes.server] }, root)),
    ],
    [
      'deeper than its authority allows',
      async (root) => {
        const below = await makeAuthority('below', { maxPathLength: 0 }, root);
        return makeCertificate({}, await makeAuthority('deeper', {}, below));
      },
    ],
    [
      'outside of what its authority may name',
      async (root) => {
        const below = await makeAuthority('below', { permittedHosts: ['example.com'] }, root);
        return makeCertificate({ hosts: ['example.org'] }, below);
      },
    ],
    [
      'with two uids',
      (root) =>
        makeCertificate(
          {
            attributes: [
              [uidAttribute, '1'],
              [uidAttribute, '2'],
            ],
          },
          root,
        ),
    ],
    ['with an empty uid', (root) => makeCertificate({ attributes: [[uidAttribute, '']] }, root)],
    ['that loops', loop],
  ];
  it('that is bad is a 401, also where anonymous requests are served', async (t) => {
    const { ask, root } = await setting(t);
    assert.equal((await ask({ path: '/version' })).status, 200);
    for (const [what, make] of bad) {
      const { identity } = await make(root);
      const { status, text } = await ask({ identity, path: '/version' });
      assert.equal(status, 401, what);
      assert.equal(JSON.parse(text).message, 'Unauthorized', what);
    }
  });

  it('is counted, and the log says why it was refused', async (t) => {
    const lines: string[] = [];
    const debug = (message: string, fields?: object) => lines.push(`${message}: ${JSON.stringify(fields)}`);
    const { ask, cluster } = await onTheWire(t, { log: { ...silentLog, debug } });
    const { identity } = await makeCertificate({ commonName: 'jane' }, await makeAuthority('other'));
    assert.equal((await ask({ identity })).status, 401);
    assert.equal((await ask({ path: '/version' })).status, 200);
    assert.ok(
      lines.includes('credentials refused: {"error":"x509: certificate signed by unknown authority"}'),
    );
    const metrics = await (await cluster.fetch('https://x/metrics')).text();
    assert.match(metrics, /^authentication_attempts\{result="error"\} 1$/m);
    assert.match(metrics, /^authentication_attempts\{result="success"\} 2$/m);
    assert.match(metrics, /^authenticated_user_requests\{username="other"\} 2$/m);
  });

  it('may lack what is not asked of it', async (t) => {
    const { ask, root } = await setting(t);
    const good: readonly Wanted[] = [
      { purposes: undefined },
      { purposes: ['2.5.29.37.0'] },
      { purposes: [purposes.server, purposes.client] },
    ];
    for (const wanted of good) {
      const { identity } = await makeCertificate({ ...wanted, commonName: 'jane' }, root);
      assert.equal((await ask({ identity })).user?.username, 'jane', JSON.stringify(wanted));
    }
    const constrained = await makeAuthority('below', { permittedHosts: ['example.com'] }, root);
    const { identity } = await makeCertificate({ commonName: 'jane' }, constrained);
    assert.equal((await ask({ identity })).user?.username, 'jane');
  });

  it('is judged by the time of the server, anew when that has moved on', async (t) => {
    const clock = virtualClock(Date.now());
    const { ask, root } = await setting(t, { clock });
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const { identity } = await makeCertificate({ commonName: 'jane', until: day / 4, from: -day }, root);
    const early = await makeCertificate({ commonName: 'june', until: day / 2, from: day / 8 }, root);
    assert.equal((await ask({ identity, agent })).user.username, 'jane');
    assert.equal((await ask({ identity: early.identity })).status, 401);
    clock.advance(day / 3);
    assert.equal((await ask({ identity, agent })).status, 401);
    assert.equal((await ask({ identity: early.identity })).user.username, 'june');
  });
});

/** Two authorities that vouch for each other, and a certificate of one of them. */
async function loop(): Promise<Made> {
  const keys = [await newKeys(), await newKeys()] as const;
  const first = await makeAuthority('first', { key: keys[0] });
  const second = await makeAuthority('second', { key: keys[1] }, first);
  const firstAgain = await makeAuthority('first', { key: keys[0] }, second);
  const leaf = await makeCertificate({}, second);
  return { ...leaf, identity: { ...leaf.identity, cert: leaf.cert + second.cert + firstAgain.cert } };
}

const trustPath = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';

describe('--client-ca-file', { timeout: 60_000 }, () => {
  it('is read again when it changes, for connections that are open too', async (t) => {
    const { ask, root, path, cluster } = await setting(t);
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const { identity } = await makeCertificate({ commonName: 'jane' }, root);
    const next = await makeAuthority('next');
    const late = await makeCertificate({ commonName: 'june' }, next);
    assert.equal((await ask({ identity, agent })).user.username, 'jane');
    assert.equal((await ask({ identity: late.identity })).status, 401);

    await writeFile(path('ca.crt'), next.cert);
    while ((await ask({ identity: late.identity })).status === 401);
    while ((await ask({ identity, agent })).status !== 401);

    const published = async () =>
      (await cluster.fetch(`https://x${trustPath}`)).json() as Promise<{ data: Record<string, string> }>;
    while (!(await published()).data['client-ca-file']?.includes(next.cert));

    const ready = async () => (await cluster.fetch('https://x/readyz?verbose')).text();
    await writeFile(path('ca.crt'), 'nonsense');
    while (!(await ready()).includes('client-ca-file was changed and could not be reloaded'));
    assert.equal((await ask({ identity: late.identity })).user.username, 'june');
    const metrics = await (await cluster.fetch('https://x/metrics')).text();
    assert.match(metrics, /binnacle_config_current\{name="client-ca-file"\} 0/);
  });

  it('must be there and hold certificates', async (t) => {
    const directory = await temporaryDirectory();
    t.after(() => directory.remove());
    const path = join(directory.path, 'ca.crt');
    const refused = (message: string) =>
      assert.rejects(
        createCluster({ authentication: { ...defaultAuthentication, clientCaFile: path } }),
        (error) => error instanceof ConfigError && error.message === `${path}${message}`,
      );
    await refused(': there is no such file');
    await writeFile(path, 'hello');
    await refused(': holds no certificate in PEM form');
    const { cert } = await makeAuthority('root');
    await writeFile(path, `${cert}${cert.replace('M', '/')}`);
    await refused(`:${cert.split('\n').length}: is not a certificate in PEM form`);
  });

  it('is published for aggregated API servers', async (t) => {
    const { cluster, root } = await setting(t);
    const { data } = (await (await cluster.fetch(`https://x${trustPath}`)).json()) as {
      data: Record<string, string>;
    };
    assert.ok(data['client-ca-file']?.startsWith(root.cert));
  });
});

describe('--client-crl-file', { timeout: 60_000 }, () => {
  it('refuses what was revoked, by each authority of a chain', async (t) => {
    const { ask, root } = await setting(t, { crl: (made) => makeRevocationList(made, [7, 9]) });
    const named = (wanted: Wanted, issuer = root) =>
      makeCertificate({ commonName: 'jane', ...wanted }, issuer);
    const { identity } = await named({ serial: 8 });
    assert.equal((await ask({ identity })).user.username, 'jane');
    assert.equal((await ask({ identity: (await named({ serial: 7 })).identity })).status, 401);
    const below = await makeAuthority('below', { serial: 9 }, root);
    assert.equal((await ask({ identity: (await named({ serial: 1 }, below)).identity })).status, 401);
    const other = await makeAuthority('other', { serial: 10 }, root);
    assert.equal(
      (await ask({ identity: (await named({ serial: 7 }, other)).identity })).user.username,
      'jane',
    );
  });

  const unusable: readonly [what: string, crl: (root: Made) => Promise<string>][] = [
    ['out of date', (root) => makeRevocationList(root, [], { until: -1000 })],
    ['not in force yet', (root) => makeRevocationList(root, [], { from: day / 2 })],
    [
      'signed by somebody else',
      async (root) => makeRevocationList(root, [], { signer: await makeAuthority('x') }),
    ],
  ];
  for (const [what, crl] of unusable) {
    it(`that is ${what} refuses every certificate of that authority, and no other`, async (t) => {
      const { ask, root, ca } = await setting(t, { crl });
      const { identity } = await makeCertificate({ commonName: 'jane' }, root);
      assert.equal((await ask({ identity })).status, 401);
      assert.ok(ca);
    });
  }

  it('is read again when it changes, for connections that are open too', async (t) => {
    const { ask, root, path } = await setting(t, { crl: (made) => makeRevocationList(made, []) });
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const { identity } = await makeCertificate({ commonName: 'jane', serial: 5 }, root);
    assert.equal((await ask({ identity, agent })).user.username, 'jane');
    await writeFile(path('crl.pem'), await makeRevocationList(root, [5]));
    while ((await ask({ identity, agent })).status !== 401);
  });

  it('must hold lists', async (t) => {
    const directory = await temporaryDirectory();
    t.after(() => directory.remove());
    const path = join(directory.path, 'crl.pem');
    await writeFile(path, '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n');
    await assert.rejects(createCluster({ authentication: { clientCrlFile: path } }), {
      message: `${path}: holds a certificate revocation list that cannot be read`,
    });
    await writeFile(path, '');
    await assert.rejects(createCluster({ authentication: { clientCrlFile: path } }), {
      message: `${path}: holds no certificate revocation list in PEM form`,
    });
  });
});
