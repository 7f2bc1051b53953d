import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseRevocationLists } from '../../src/pki/revocation-list.ts';
import { verifyChain } from '../../src/pki/verify-chain.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const isThere = spawnSync('openssl', ['version']).status === 0;

const keyKinds: Readonly<Record<string, readonly string[]>> = {
  RSA: ['rsa:2048'],
  'RSA-PSS': ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'ECDSA P-384': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  Ed25519: ['ed25519'],
};

/** An authority as `openssl ca` keeps one, with an authority below it that signed `good` and `bad`, and revoked `bad`. */
async function makeFiles(directory: string, newKey: readonly string[]): Promise<void> {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  const request = (name: string, ...more: string[]) =>
    run(
      'req',
      '-newkey',
      ...newKey,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-subj',
      `/O=a b/CN=${name}`,
      ...more,
    );
  const sign = (name: string, issuer: string) => {
    request(name, '-out', `${name}.csr`);
    const by = ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-out',
      `${name}.crt`,
      '-days',
      '2',
      '-extfile',
      'extensions',
    );
  };
  const authority = 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n';
  request('root', '-x509', '-out', 'root.crt', '-days', '2');
  await write('extensions', authority);
  sign('below', 'root');
  await write('extensions', 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n');
  sign('good', 'below');
  sign('bad', 'below');
  await write('index.txt', '');
  await write('crlnumber', '01');
  await write(
    'config',
    '[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=default\ndefault_crl_days=1\n' +
      'certificate=below.crt\nprivate_key=below.key\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n',
  );
  run('ca', '-config', 'config', '-revoke', 'bad.crt', '-crl_reason', 'keyCompromise');
  run('ca', '-config', 'config', '-gencrl', '-out', 'crl.pem');
}

const constrained: readonly [constraints: string, names: string, isGood: boolean][] = [
  ['permitted;DNS:example.com', '', true],
  ['permitted;DNS:example.com', 'DNS:example.com', true],
  ['permitted;DNS:example.com', 'DNS:a.Example.com', true],
  ['permitted;DNS:example.com', 'DNS:badexample.com', false],
  ['permitted;DNS:example.com', 'DNS:a.example.com,DNS:example.org', false],
  ['permitted;DNS:.example.com', 'DNS:example.com', false],
  ['permitted;DNS:example.com', 'email:jane@example.org', true],
  ['excluded;DNS:example.com', 'DNS:a.example.com', false],
  ['excluded;DNS:example.com', 'DNS:example.org', true],
  ['permitted;DNS:com,excluded;DNS:example.com', 'DNS:example.com', false],
  ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:10.1.2.3', true],
  ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:11.1.2.3', false],
  ['permitted;IP:10.0.0.0/255.0.0.0', 'IP:fd00::1', false],
  ['permitted;IP:fd00::/ff00::', 'IP:fd00::1', true],
  ['permitted;email:example.com', 'email:jane@example.com', true],
  ['permitted;email:example.com', 'email:jane@a.example.com', true],
  ['permitted;email:jane@example.com', 'email:jane@EXAMPLE.com', true],
  ['permitted;email:jane@example.com', 'email:joe@example.com', false],
  ['excluded;URI:example.com', 'URI:https://example.com/x', false],
  ['excluded;URI:example.com', 'URI:https://10.1.2.3/x', false],
  ['permitted;URI:example.com', 'URI:spiffe://a.example.com/x', true],
  ['permitted;dirName:d', '', false],
];

describe('what openssl makes', {
  skip: isThere ? false : 'openssl is not installed',
  timeout: 60_000,
}, () => {
  for (const [kind, newKey] of Object.entries(keyKinds)) {
    it(`with ${kind} is read, and what it revoked is refused`, async () => {
      await using directory = await temporaryDirectory();
      await makeFiles(directory.path, newKey);
      const read = (name: string) => readFile(join(directory.path, name), 'utf8');
      const certificate = async (name: string) => new X509Certificate(await read(`${name}.crt`));
      const trust = {
        authorities: [await certificate('root')],
        revocations: parseRevocationLists(await read('crl.pem')),
      };
      const verify = async (name: string) =>
        verifyChain([await certificate(name), await certificate('below')], trust, Date.now());
      const good = await verify('good');
      assert.ok('path' in good, JSON.stringify(good));
      assert.equal(good.path.length, 3);
      assert.deepEqual(await verify('bad'), { problem: 'certificate has been revoked' });
    });
  }

  it('with name constraints is judged by them', async () => {
    await using directory = await temporaryDirectory();
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: directory.path, stdio: 'pipe' });
    const write = (name: string, text: string) => writeFile(join(directory.path, name), text);
    const read = async (name: string) => new X509Certificate(await readFile(join(directory.path, name)));
    for (const name of ['root', 'leaf']) {
      run(
        'req',
        '-newkey',
        'ed25519',
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
    }
    for (const [constraint, altNames, isGood] of constrained) {
      await write(
        'root.ext',
        `basicConstraints=critical,CA:TRUE\nnameConstraints=critical,${constraint}\n[d]\nO=x\n`,
      );
      run('x509', '-req', '-in', 'root.csr', '-key', 'root.key', '-out', 'root.crt', '-extfile', 'root.ext');
      await write('leaf.ext', altNames === '' ? '' : `subjectAltName=${altNames}\n`);
      const by = ['-CA', 'root.crt', '-CAkey', 'root.key', '-CAcreateserial'];
      run('x509', '-req', '-in', 'leaf.csr', ...by, '-out', 'leaf.crt', '-extfile', 'leaf.ext');
      const trust = { authorities: [await read('root.crt')], revocations: [] };
      const verdict = await verifyChain([await read('leaf.crt')], trust, Date.now());
      assert.equal('path' in verdict, isGood, `${constraint} ${altNames} ${JSON.stringify(verdict)}`);
    }
  });
});
