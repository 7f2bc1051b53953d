import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { serverAt } from '../../src/cli/ask-server.ts';
import { main } from '../../src/cli/main.ts';
import { type RunningServer, startServer } from '../../src/start-server.ts';
import { readWebhookTarget } from '../../src/webhook/read-target.ts';
import type { Loose } from '../helpers/api.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

let home: TemporaryDirectory;
let server: RunningServer;
let dataDir: string;
let tokenFile: string;
const logged: string[] = [];
before(async () => {
  home = await temporaryDirectory();
  dataDir = join(home.path, 'data');
  tokenFile = join(home.path, 'tokens.csv');
  await writeFile(tokenFile, '');
  server = await startServer({
    dataDir,
    securePort: 0,
    shutdownGraceMs: 1_000,
    authentication: { tokenFile },
    log: { ...silentLog, info: (message) => logged.push(message) },
  });
});
after(async () => {
  await server?.close();
  await home?.remove();
});

/** Runs a command line; what it says. */
async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

async function ask(kubeconfig: string, path: string, body: object): Promise<Loose> {
  const client = serverAt(await readWebhookTarget(kubeconfig, realClock));
  return client.ask('POST', path, body).finally(client.close);
}

/** Who the server takes the owner of a kubeconfig for. */
const whoIs = async (kubeconfig: string): Promise<Loose> =>
  (await ask(kubeconfig, '/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).status.userInfo;

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('binnacle user', () => {
  it('writes a kubeconfig with a certificate of the own authority', async () => {
    const out = join(home.path, 'anna.kubeconfig');
    const args = ['--group=dev', '--group=ops', `--data-dir=${dataDir}`, `--out=${out}`];
    const said = await run('user', 'anna', ...args);
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, /kubectl --kubeconfig=\S+anna\.kubeconfig auth whoami/);
    assert.equal(await modeOf(out), 0o600);
    const { username, groups } = await whoIs(out);
    assert.equal(username, 'anna');
    assert.deepEqual(groups, ['dev', 'ops', 'system:authenticated']);
    const before = await readFile(out, 'utf8');
    const again = await run('user', 'anna', ...args);
    assert.deepEqual([again.code, again.out], [1, '']);
    assert.match(
      again.err,
      /^binnacle: \S+anna\.kubeconfig: exists already; choose another file with --out\n$/,
    );
    assert.equal(await readFile(out, 'utf8'), before);
  });

  it('adds a token to a file that the server reads', async () => {
    const out = join(home.path, 'bert.kubeconfig');
    const args = [`--token-file=${tokenFile}`, '--group=a', '--group=b', `--data-dir=${dataDir}`];
    const said = await run('user', 'be"rt', ...args, `--out=${out}`);
    assert.equal(said.code, 0, said.err);
    const [, token = ''] = /token: (\S+)/.exec(await readFile(out, 'utf8')) ?? [];
    assert.equal(await readFile(tokenFile, 'utf8'), `${token},"be""rt",,"a,b"\n`);
    assert.doesNotMatch(said.out + said.err, new RegExp(token));
    await until(() => logged.includes('configuration reloaded'));
    const { username, groups } = await whoIs(out);
    assert.equal(username, 'be"rt');
    assert.deepEqual(groups, ['a', 'b', 'system:authenticated']);
  });

  it('says what is missing', async () => {
    const said = await run('user', 'anna', `--data-dir=${join(home.path, 'nowhere')}`);
    assert.equal(said.code, 1);
    assert.match(said.err, /nowhere\/kubeconfig: there is no such file/);
  });
});

describe('binnacle token', () => {
  const account = { metadata: { name: 'robot' } };
  before(() => ask(server.kubeconfigPath, '/api/v1/namespaces/default/serviceaccounts', account));
  const as = () => `--kubeconfig=${server.kubeconfigPath}`;

  it('prints a token', async () => {
    const said = await run('token', 'robot', '--duration=2h', '--audience=vault', as());
    assert.equal(said.code, 0, said.err);
    const claims = JSON.parse(Buffer.from(said.out.trim().split('.')[1]!, 'base64url').toString());
    assert.deepEqual(claims.aud, ['vault']);
    assert.equal(claims.exp - claims.iat, 7200);
  });

  it('writes a kubeconfig with one', async () => {
    const out = join(home.path, 'robot.kubeconfig');
    const said = await run('token', 'robot', `--out=${out}`, as());
    assert.equal(said.code, 0, said.err);
    assert.doesNotMatch(said.out, /eyJ/);
    assert.equal(await modeOf(out), 0o600);
    assert.equal((await whoIs(out)).username, 'system:serviceaccount:default:robot');
  });

  it('makes one that never expires, in a Secret', async () => {
    const said = await run('token', 'robot', '--secret=robot-token', as());
    assert.equal(said.code, 0, said.err);
    const claims = JSON.parse(Buffer.from(said.out.trim().split('.')[1]!, 'base64url').toString());
    assert.equal(claims.exp, undefined);
    assert.equal(claims['kubernetes.io/serviceaccount/secret.name'], 'robot-token');
  });

  it('tells what the server says', async () => {
    const said = await run('token', 'nobody', as());
    assert.deepEqual([said.code, said.out], [1, '']);
    assert.match(said.err, /serviceaccounts "nobody" not found/);
  });
});
