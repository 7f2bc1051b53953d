import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { KubeConfig } from '@kubernetes/client-node';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { issueCertificate } from '../../src/pki/certificate.ts';
import { ensurePki, fixedHosts } from '../../src/pki/ensure-pki.ts';
import { PkiError } from '../../src/pki/files.ts';
import { writeKubeconfig } from '../../src/pki/kubeconfig.ts';

const dayMs = 24 * 60 * 60 * 1000;

async function tools(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), 'binnacle-pki-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const clock = virtualClock();
  const options = { clock, random: seededRandom(1), hosts: ['10.0.0.1', 'fd00::1', '127.0.0.1'] };
  return { dir, clock, options, at: (name: string) => join(dir, name) };
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('key store', () => {
  test('the first start makes everything, keys private; the next one changes nothing', async (t) => {
    const { dir, options, at } = await tools(t);
    const first = await ensurePki(dir, options);
    const names = ['ca', 'apiserver', 'admin'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    assert.deepEqual([...first.written].sort(), [...names, 'sa.key', 'sa.pub'].sort());
    for (const name of first.written) {
      assert.equal(await modeOf(at(name)), name.endsWith('.key') ? 0o600 : 0o644, name);
    }
    const second = await ensurePki(dir, options);
    const { authority, ...rest } = second;
    assert.equal(authority.cert, first.authority.cert);
    assert.deepEqual({ ...rest, authority: first.authority }, { ...first, written: [] });
  });

  test('the serving certificate covers every name, the authority signed both leaves', async (t) => {
    const { dir, options } = await tools(t);
    const { serving, servingCa, admin } = await ensurePki(dir, options);
    const certificate = new X509Certificate(serving.cert);
    for (const host of [...fixedHosts, ...options.hosts]) {
      assert(certificate.checkHost(host) ?? certificate.checkIP(host), host);
    }
    assert.equal(certificate.checkHost('example.com'), undefined);
    const authority = new X509Certificate(servingCa);
    assert.equal(authority.ca, true);
    for (const leaf of [certificate, new X509Certificate(admin.cert)]) {
      assert.equal(leaf.ca, false);
      assert(leaf.checkIssued(authority) && leaf.verify(authority.publicKey));
    }
    assert.equal(new X509Certificate(admin.cert).subject, 'O=system:masters\nCN=binnacle-admin');
  });

  test('an authority that somebody brought signs, whatever its kind of key', async (t) => {
    const keys: Readonly<Record<string, KeyObject>> = {
      rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
      'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
    };
    for (const [kind, key] of Object.entries(keys)) {
      const { dir, options, clock, at } = await tools(t);
      const request = {
        purpose: 'authority',
        commonName: 'brought',
        organizations: ['One', 'Two'],
        publicKey: createPublicKey(key),
        notBeforeMs: clock.now(),
        notAfterMs: Date.UTC(2060, 0, 1),
      } as const;
      const cert = await issueCertificate(request, { key }, options.random);
      await writeFile(at('ca.crt'), cert);
      await writeFile(at('ca.key'), key.export({ type: 'pkcs8', format: 'pem' }));
      const authority = new X509Certificate(cert);
      assert.equal(authority.validToDate.getTime(), request.notAfterMs, kind);
      for (const { cert } of await ensurePki(dir, options).then(({ serving, admin }) => [serving, admin])) {
        const leaf = new X509Certificate(cert);
        assert.equal(leaf.issuer, 'O=One\nO=Two\nCN=brought', kind);
        assert(leaf.checkIssued(authority) && leaf.verify(authority.publicKey), kind);
      }
    }
  });

  test('a certificate is renewed when it ends soon or a name is missing; keys and authority stay', async (t) => {
    const { dir, options, clock } = await tools(t);
    const first = await ensurePki(dir, options);
    const wider = await ensurePki(dir, { ...options, hosts: [...options.hosts, 'more.example'] });
    assert.deepEqual(wider.written, ['apiserver.crt']);
    assert.equal(wider.serving.key, first.serving.key);
    clock.advance(334 * dayMs);
    assert.deepEqual((await ensurePki(dir, options)).written, []);
    clock.advance(2 * dayMs);
    assert.deepEqual([...(await ensurePki(dir, options)).written].sort(), ['admin.crt', 'apiserver.crt']);
    clock.advance(3650 * dayMs);
    await assert.rejects(ensurePki(dir, options), /ca\.crt: expired on /);
  });

  test('whatever a crash left out is completed', async (t) => {
    const { dir, options, at } = await tools(t);
    const first = await ensurePki(dir, options);
    for (const name of first.written) {
      await rm(at(name));
      const again = await ensurePki(dir, options).catch((error) => error);
      if (name === 'ca.key') {
        assert.equal(
          again.written.length,
          0,
          'an authority without its key serves as long as nothing is to be signed',
        );
        await rm(at('admin.crt'));
        await assert.rejects(ensurePki(dir, options), /ca\.key: is missing, so admin\.crt cannot be signed/);
        await rm(at('ca.crt'));
        await ensurePki(dir, options);
      } else assert(again.written.includes(name), name);
      assert.deepEqual((await ensurePki(dir, options)).written, []);
    }
  });

  test('a corrupt file is an error that names it, and nothing is overwritten', async (t) => {
    const { dir, options, at } = await tools(t);
    const { written } = await ensurePki(dir, options);
    for (const name of written.filter((one) => one !== 'sa.pub')) {
      const good = await readFile(at(name), 'utf8');
      await writeFile(at(name), good.slice(0, 80));
      await assert.rejects(
        ensurePki(dir, options),
        (error) => error instanceof PkiError && error.message.includes(at(name)),
      );
      assert.equal(await readFile(at(name), 'utf8'), good.slice(0, 80));
      await writeFile(at(name), good);
    }
    await writeFile(at('ca.key'), await readFile(at('sa.key')));
    await assert.rejects(ensurePki(dir, options), /ca\.crt: does not belong to the key in .*ca\.key/);
  });

  test('a serving certificate that somebody put there is used, and never overwritten', async (t) => {
    const [own, other] = [await tools(t), await tools(t)];
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const request = {
      purpose: 'authority',
      commonName: 'envtest-environment',
      publicKey: createPublicKey(key),
      notBeforeMs: own.clock.now(),
      notAfterMs: own.clock.now() + dayMs,
    } as const;
    await writeFile(other.at('ca.crt'), await issueCertificate(request, { key }, own.options.random));
    await writeFile(other.at('ca.key'), key.export({ type: 'pkcs8', format: 'pem' }));
    const { serving } = await ensurePki(other.dir, other.options);
    await writeFile(own.at('apiserver.crt'), serving.cert);
    await assert.rejects(ensurePki(own.dir, own.options), /apiserver\.crt: does not belong to the key in /);
    await writeFile(own.at('apiserver.key'), serving.key);
    const pki = await ensurePki(own.dir, own.options);
    assert.deepEqual(pki.serving, serving);
    assert.equal(pki.servingCa, serving.cert);
    assert.equal(new X509Certificate(pki.admin.cert).issuer, 'CN=binnacle-ca');
    assert.equal(await readFile(own.at('apiserver.crt'), 'utf8'), serving.cert);
    assert.deepEqual((await ensurePki(own.dir, own.options)).written, []);
  });

  test('files named by flags are used, and must be there and fit', async (t) => {
    const [own, other] = [await tools(t), await tools(t)];
    const given = await ensurePki(other.dir, other.options);
    const tlsFiles = { tlsCertFile: other.at('apiserver.crt'), tlsPrivateKeyFile: other.at('apiserver.key') };
    const pki = await ensurePki(own.dir, { ...own.options, ...tlsFiles });
    assert.equal(pki.serving.cert, given.serving.cert);
    assert.equal(pki.servingCa, given.serving.cert);
    assert(!pki.written.includes('apiserver.crt'));
    const wrongKey = { ...tlsFiles, tlsPrivateKeyFile: other.at('admin.key') };
    await assert.rejects(
      ensurePki(own.dir, { ...own.options, ...wrongKey }),
      /apiserver\.crt: does not belong/,
    );
    await assert.rejects(
      ensurePki(own.dir, { ...own.options, ...tlsFiles, tlsCertFile: '/no/tls.crt' }),
      /\/no\/tls\.crt: no such file/,
    );
  });
});

describe('kubeconfig', () => {
  test('is private, names everything binnacle, and is read by a client', async (t) => {
    const { dir, options, at } = await tools(t);
    const pki = await ensurePki(dir, options);
    const content = { server: 'https://127.0.0.1:6443', ca: pki.servingCa, ...pki.admin };
    assert.equal(await writeKubeconfig(at('kubeconfig'), content), true);
    assert.equal(await modeOf(at('kubeconfig')), 0o600);
    const config = new KubeConfig();
    config.loadFromFile(at('kubeconfig'));
    assert.equal(config.getCurrentContext(), 'binnacle');
    assert.equal(config.getCurrentCluster()?.server, content.server);
    assert.equal(Buffer.from(config.getCurrentUser()?.keyData ?? '', 'base64').toString(), pki.admin.key);
  });

  test('is rewritten when the port changes and left alone otherwise', async (t) => {
    const { dir, options, at } = await tools(t);
    const pki = await ensurePki(dir, options);
    const content = { server: 'https://127.0.0.1:6443', ca: pki.servingCa, ...pki.admin };
    const path = at('kubeconfig');
    await writeKubeconfig(path, content);
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace('    user: binnacle', '    namespace: mine\n    user: binnacle'),
    );
    assert.equal(await writeKubeconfig(path, content), false);
    assert.match(await readFile(path, 'utf8'), /namespace: mine/);
    await chmod(path, 0o644);
    assert.equal(await writeKubeconfig(path, { ...content, server: 'https://127.0.0.1:7443' }), true);
    assert.match(await readFile(path, 'utf8'), /:7443\n/);
    assert.equal(await modeOf(path), 0o600);
  });
});
