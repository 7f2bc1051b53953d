import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { startServer } from '../../src/start-server.ts';
import { makeAuthority } from '../helpers/certificates.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const isThere = spawnSync('openssl', ['version']).status === 0;

/** Names of authorities that a server asks for certificates of, as openssl prints them. */
async function askedFor(port: number): Promise<string[]> {
  const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`]);
  client.stdin.end();
  client.stderr.resume();
  const [, names = ''] =
    /Acceptable client certificate CA names\n((?:CN ?= ?.*\n)+)/.exec(await text(client.stdout)) ?? [];
  return [...names.matchAll(/CN ?= ?(.*)/g)].map(([, name]) => name!).sort();
}

it('clients are told whose certificates are wanted, also after that has changed', {
  skip: isThere ? false : 'openssl is not installed',
  timeout: 60_000,
}, async (t) => {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const clientCaFile = join(directory.path, 'ca.crt');
  await writeFile(clientCaFile, (await makeAuthority('first')).cert);
  const server = await startServer({
    dataDir: join(directory.path, 'data'),
    securePort: 0,
    shutdownGraceMs: 1_000,
    authentication: { clientCaFile },
  });
  t.after(() => server.close());
  assert.deepEqual(await askedFor(server.port), ['binnacle-ca', 'first']);
  await writeFile(clientCaFile, (await makeAuthority('second')).cert);
  while (!(await askedFor(server.port)).includes('second'));
  assert.deepEqual(await askedFor(server.port), ['binnacle-ca', 'second']);
});
