import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { digest } from './digest.ts';
import { type Binnacle, busyPort, runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

async function refused(binnacle: Binnacle): Promise<string> {
  assert.equal(await binnacle.exited, 1);
  assert.equal(binnacle.out(), '');
  assert.match(binnacle.err(), /^binnacle: [^\n]+\n$/);
  return binnacle.err();
}

describe('what keeps the server from starting is one line, exit code 1, and changes nothing', {
  timeout: 120_000,
}, () => {
  test('a busy port', async (t) => {
    const parent = await temporaryDirectory(t);
    const port = await busyPort(t);
    const line = await refused(runBinnacle(t, `--secure-port=${port}`, `--data-dir=${join(parent, 'data')}`));
    assert.match(line, new RegExp(`127\\.0\\.0\\.1:${port} is in use by another process`));
    assert.equal(digest(parent), '');
  });

  test('a directory that cannot be written', async (t) => {
    const parent = await temporaryDirectory(t);
    await writeFile(join(parent, 'file'), '');
    const before = digest(parent);
    const start = (...argv: string[]) => refused(runBinnacle(t, '--secure-port=0', ...argv));
    const below = join(parent, 'file', 'data');
    assert.match(
      await start(`--data-dir=${below}`),
      /the data directory .*file\/data cannot be written: ENOTDIR/,
    );
    assert.match(
      await start(`--data-dir=${join(parent, 'file')}`),
      /the data directory .*file cannot be written/,
    );
    assert.match(
      await start(`--data-dir=${join(parent, 'data')}`, `--cert-dir=${below}`),
      /the certificate directory .*file\/data cannot be written/,
    );
    // Not even root may make a directory there.
    assert.match(
      await start('--data-dir=/proc/binnacle'),
      /the data directory \/proc\/binnacle cannot be written/,
    );
    assert.equal(digest(parent), before);
  });

  test('a configuration file of authorization, or flags that contradict it', async (t) => {
    const parent = await temporaryDirectory(t);
    const config = join(parent, 'authorization.yaml');
    await writeFile(
      config,
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- type: RBAC\n  nam: rbac\n',
    );
    const before = digest(parent);
    const start = (...argv: string[]) =>
      refused(runBinnacle(t, '--secure-port=0', `--data-dir=${join(parent, 'data')}`, ...argv));
    assert.match(
      await start(`--authorization-config=${config}`),
      /authorization\.yaml:4: authorizers\[0\]\.name: Required value; 5: authorizers\[0\]\.nam: unknown field/,
    );
    assert.match(
      await start('--authorization-mode=RBAC', `--authorization-config=${config}`),
      /--authorization-config can not be specified when --authorization-mode or/,
    );
    assert.match(
      await start('--authorization-mode=RBAC,Magic'),
      /invalid value for --authorization-mode: authorization-mode "Magic" is not a valid mode/,
    );
    assert.match(await start('--authorization-mode=Webhook'), /authorization config file not passed/);
    assert.equal(digest(parent), before);
  });

  test('files and flags of authentication', async (t) => {
    const parent = await temporaryDirectory(t);
    const [config, file] = [join(parent, 'authentication.yaml'), join(parent, 'file')];
    await writeFile(
      config,
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt:\n- issuer: {url: "http://x", audiences: [a]}\n',
    );
    await writeFile(file, 'sesame,jane\n');
    const before = digest(parent);
    const cases: readonly [flags: readonly string[], line: RegExp][] = [
      [
        [`--authentication-config=${config}`],
        /authentication\.yaml:4: jwt\[0\]\.issuer\.url: Invalid value: "http:\/\/x": URL scheme/,
      ],
      [[`--client-ca-file=${file}`], /file: holds no certificate in PEM form/],
      [[`--client-crl-file=${file}`], /file: holds no certificate revocation list in PEM form/],
      [[`--requestheader-client-ca-file=${join(parent, 'none')}`], /none: there is no such file/],
      [[`--basic-auth-file=${file}`], /file:1: must have at least 3 columns/],
      [['--oidc-client-id=a'], /oidc-issuer-url and oidc-client-id must be specified together/],
      [['--oidc-required-claim=a'], /invalid value for --oidc-required-claim: "a" is not key=value/],
      [[`--authentication-token-webhook-config-file=${file}`], /file: must be object/],
    ];
    for (const [flags, line] of cases) {
      const data = `--data-dir=${join(parent, 'data')}`;
      const said = await refused(runBinnacle(t, '--secure-port=0', data, ...flags));
      assert.match(said, line);
      assert.doesNotMatch(said, /sesame/);
    }
    assert.equal(digest(parent), before);
  });

  test('a second process on the same directory', async (t) => {
    const dataDir = await temporaryDirectory(t);
    const first = await startBinnacle(t, dataDir);
    // The first server goes on writing to its store.
    const before = digest(dataDir, { except: ['store.db'] });
    const line = await refused(runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`));
    assert.match(line, new RegExp(`${dataDir} is in use by another process`));
    assert.equal(digest(dataDir, { except: ['store.db'] }), before);
    await first.stop();
  });

  test('a store that is none, or that a newer release wrote', async (t) => {
    const dataDir = await temporaryDirectory(t);
    await writeFile(
      join(dataDir, 'store.db'),
      'a letter to my aunt, which is longer than a header of a database has to be',
    );
    const start = () => refused(runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`));
    const before = digest(dataDir);
    assert.match(await start(), /store\.db is not a store: not a SQLite database/);
    assert.equal(digest(dataDir), before);

    const newer = join(dataDir, 'newer');
    await mkdir(newer);
    const server = await startBinnacle(t, newer);
    await server.stop();
    const store = new DatabaseSync(join(newer, 'store.db'));
    store.exec('PRAGMA user_version = 9999');
    store.close();
    const newerBefore = digest(newer);
    const line = await refused(runBinnacle(t, '--secure-port=0', `--data-dir=${newer}`));
    assert.match(line, /was written by a newer release/);
    assert.equal(digest(newer), newerBefore);
  });
});
