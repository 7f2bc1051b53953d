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
});
