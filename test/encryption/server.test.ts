import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { main } from '../../src/cli/main.ts';
import type { Kv } from '../../src/kv/types.ts';
import { createApiServer } from '../../src/server.ts';
import { settingsOf } from '../../src/server-options.ts';
import { listenLocally } from '../../src/testing/listen.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { memoryKv } from '../endpoints/kit.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const secretKey = '/registry/api/v1/secrets/default/a';
const keyOf = (fill: number) => Buffer.alloc(32, fill).toString('base64');

const config = (resources: string, ...providers: string[]) =>
  `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: ${resources}
  providers:
${providers.map((text) => `  - ${text}\n`).join('')}`;
const secretbox = (name: string, fill: number) =>
  `{secretbox: {keys: [{name: ${name}, secret: ${keyOf(fill)}}]}}`;
const plainly = '{identity: {}}';

/** A server on a store that other servers had before, with this configuration. */
async function serve(kv: Kv, text: string | undefined) {
  const directory = await temporaryDirectory();
  const configFile = join(directory.path, 'encryption.yaml');
  if (text !== undefined) await writeFile(configFile, text);
  const clock = virtualClock();
  const server = await createApiServer({
    ...settingsOf({ encryption: { configFile: text === undefined ? '' : configFile } }),
    kv,
    clock,
    random: seededRandom(3),
    log: silentLog,
  }).catch(async (error) => {
    await directory.remove();
    throw error;
  });
  await server.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'test',
    keepsIdentity: false,
  });
  const close = async () => {
    await server.close();
    await directory.remove();
  };
  return {
    listen: () => listenLocally(server, clock, 0, silentLog),
    api: apiOver(createFetch(server.handle)),
    [Symbol.asyncDispose]: close,
  };
}

const stored = async (kv: Kv, key = secretKey) =>
  Buffer.from((await kv.get(key)).kv!.value).toString('latin1');
const secretNamed = (name: string) => ({
  metadata: { name },
  stringData: { password: 'hunter2-in-the-clear' },
});
const passwordOf = (secret: Loose) => Buffer.from(secret.data.password, 'base64').toString();

describe('a server with encryption at rest', () => {
  it('stores nothing readable of what is to be encrypted, and answers as ever', async () => {
    const kv = memoryKv();
    await using server = await serve(kv, config('[secrets]', secretbox('one', 1), plainly));
    const watch = await server.api.watch(`${secrets}?watch=1`);
    expectCode(await server.api.post(secrets, secretNamed('a')), 201);
    expectCode(
      await server.api.post(secrets.replace('secrets', 'configmaps'), { metadata: { name: 'c' } }),
      201,
    );
    const text = await stored(kv);
    assert.match(text, /^k8s:enc:secretbox:v1:one:/);
    for (const word of ['hunter2', 'password', Buffer.from('hunter2-in-the-clear').toString('base64')]) {
      assert.equal(text.includes(word), false, word);
    }
    assert.match(await stored(kv, '/registry/api/v1/configmaps/default/c'), /^\{"/);
    assert.equal(passwordOf((await server.api.get(`${secrets}/a`)).json), 'hunter2-in-the-clear');
    assert.equal(passwordOf((await watch.next())?.object), 'hunter2-in-the-clear');
    const { items } = (await server.api.get(`${secrets}?resourceVersion=0`)).json;
    assert.equal(passwordOf(items[0]), 'hunter2-in-the-clear');
    expectCode(await server.api.patch(`${secrets}/a`, 'merge', { data: { more: 'eA==' } }), 200);
    expectCode(await server.api.delete(`${secrets}/a`), 200);
    await watch.close();
  });

  it('moves to another key: it reads the old one, and an update that changes nothing writes with the new one', async () => {
    const kv = memoryKv();
    {
      await using server = await serve(kv, undefined);
      for (const name of ['a', 'b']) await server.api.post(secrets, secretNamed(name));
    }
    assert.match(await stored(kv), /^\{"/);
    for (const [name, rule] of [
      ['one', config('["*.*"]', secretbox('one', 1), plainly)],
      ['two', config('["*.*"]', secretbox('two', 2), secretbox('one', 1))],
    ] as const) {
      await using server = await serve(kv, rule);
      const secret = (await server.api.get(`${secrets}/a`)).json;
      assert.equal(passwordOf(secret), 'hunter2-in-the-clear');
      const replaced = expectCode(await server.api.put(`${secrets}/a`, secret), 200);
      assert.notEqual(replaced.metadata.resourceVersion, secret.metadata.resourceVersion);
      assert.match(await stored(kv), new RegExp(`^k8s:enc:secretbox:v1:${name}:`));
      const again = expectCode(await server.api.put(`${secrets}/a`, replaced), 200);
      assert.equal(again.metadata.resourceVersion, replaced.metadata.resourceVersion);
      if (name === 'one') await rewriteAll(server.api);
    }
  });

  it('does not start without the key, and says which value it cannot read', async () => {
    const kv = memoryKv();
    {
      await using server = await serve(kv, config('[secrets]', secretbox('one', 1)));
      await server.api.post(secrets, secretNamed('a'));
    }
    const message =
      /the value of \/registry\/api\/v1\/secrets\/default\/a cannot be decrypted: no matching prefix found/;
    await assert.rejects(serve(kv, config('[secrets]', secretbox('two', 2))), { message });
    await assert.rejects(serve(kv, undefined), /default\/a/);
  });
});

describe('binnacle rewrite', () => {
  it('writes objects again with the newest key, and says how many', async () => {
    const kv = memoryKv();
    {
      await using server = await serve(kv, config('[secrets, configmaps]', secretbox('one', 1)));
      for (let at = 0; at < 300; at++) await server.api.post(secrets, secretNamed(`s${at}`));
      await server.api.post(secrets.replace('secrets', 'configmaps'), { metadata: { name: 'c' } });
    }
    const keys = async (prefix: string) =>
      new Set(
        (await kv.list(prefix)).items.map(({ value }) =>
          Buffer.from(value).toString('latin1', 0, 'k8s:enc:secretbox:v1:one:'.length),
        ),
      );
    await using server = await serve(
      kv,
      config('[secrets, configmaps]', secretbox('two', 2), secretbox('one', 1)),
    );
    const listener = await server.listen();
    try {
      const run = async (...args: string[]) => {
        let [out, err] = ['', ''];
        const code = await main(['rewrite', ...args, `--kubeconfig=${listener.kubeconfigPath}`], {
          out: (text) => void (out += text),
          err: (text) => void (err += text),
        });
        return { code, out, err };
      };
      assert.deepEqual(await run('secrets'), { code: 0, out: 'secrets: 300 written again\n', err: '' });
      assert.deepEqual(await keys('/registry/api/v1/secrets/'), new Set(['k8s:enc:secretbox:v1:two:']));
      assert.deepEqual(
        await keys('/registry/api/v1/configmaps/default/'),
        new Set(['k8s:enc:secretbox:v1:one:']),
      );
      assert.match(
        (await run('nothing')).err,
        /the server has no resource nothing that can be listed and updated/,
      );
      assert.match((await run('*')).err, /use '\*\.' to encrypt all the resources from core API group/);
      assert.match((await run()).err, /rewrite takes resources/);
    } finally {
      await listener.close();
    }
  });
});

/** As `kubectl get -o json | kubectl replace -f -` does, for all that a fresh server has. */
async function rewriteAll(api: ReturnType<typeof apiOver>): Promise<void> {
  const { groups } = (await api.get('/apis')).json;
  const bases = ['/api/v1', ...groups.map((group: Loose) => `/apis/${group.preferredVersion.groupVersion}`)];
  for (const base of bases) {
    for (const { name, verbs, namespaced } of (await api.get(base)).json.resources) {
      if (!verbs.includes('list') || !verbs.includes('update')) continue;
      for (const item of (await api.get(`${base}/${name}`)).json.items ?? []) {
        const { namespace, name: own } = item.metadata;
        await api.put(
          `${base}/${namespaced ? `namespaces/${namespace}/` : ''}${name}/${encodeURIComponent(own)}`,
          item,
        );
      }
    }
  }
}
