import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Api, configMap, expectCode, expectFailure } from '../../helpers/api.ts';
import { startDurableServer } from '../../helpers/durable-server.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { apiOf, freePort } from './durable-kit.ts';
import { mutatingPath, rule, validatingPath } from './kit.ts';

const configMaps = '/api/v1/namespaces/mine/configmaps';

/** Every write of everything, to somebody who is not there. */
const catchAll = (port: number, failurePolicy = 'Fail') => ({
  metadata: { name: 'all' },
  webhooks: [
    {
      name: 'all.example.com',
      clientConfig: { url: `https://127.0.0.1:${port}/all` },
      rules: [rule('*', '*', '*', '*/*')],
      failurePolicy,
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
});

async function isRefused(api: Api, name: string, port: number): Promise<void> {
  const answer = await api.post(configMaps, configMap(name));
  const { message } = expectFailure(answer, 500, 'InternalError');
  assert.equal(
    message,
    `Internal error occurred: failed calling webhook "all.example.com": failed to call webhook: Post "https://127.0.0.1:${port}/all?timeout=10s": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  );
}

const names = async (api: Api): Promise<string[]> =>
  expectCode(await api.get(configMaps), 200).items.map(
    ({ metadata }: { metadata: { name: string } }) => metadata.name,
  );

describe('a server with a webhook for everything that is dead', { timeout: 60_000 }, () => {
  for (const path of [validatingPath, mutatingPath]) {
    it(`starts, answers reads, and is mended by a delete: ${path.split('/').at(-1)}`, async () => {
      await using directory = await temporaryDirectory();
      const dataDir = join(directory.path, 'data');
      const port = await freePort();
      const first = await startDurableServer({ dataDir, controllers: [] });
      try {
        await using api = await apiOf(first);
        expectCode(await api.post('/api/v1/namespaces', { metadata: { name: 'mine' } }), 201);
        expectCode(await api.post(configMaps, configMap('before')), 201);
        expectCode(await api.post(path, catchAll(port)), 201);
        await isRefused(api, 'between', port);
      } finally {
        await first.close();
      }
      const second = await startDurableServer({ dataDir, controllers: ['*'], nodes: 1 });
      try {
        assert.equal(second.fresh, false);
        await using api = await apiOf(second);
        assert.equal((await api.get('/readyz')).text, 'ok');
        assert.deepEqual(await names(api), ['before']);
        await isRefused(api, 'after', port);
        expectCode(await api.delete(`${path}/all`), 200);
        expectCode(await api.post(configMaps, configMap('mended')), 201);
        assert.ok((await names(api)).includes('mended'));
      } finally {
        await second.close();
      }
    });
  }

  it('lets the configuration be changed, too', async () => {
    await using directory = await temporaryDirectory();
    const port = await freePort();
    const server = await startDurableServer({ dataDir: join(directory.path, 'data'), controllers: [] });
    try {
      await using api = await apiOf(server);
      expectCode(await api.post('/api/v1/namespaces', { metadata: { name: 'mine' } }), 201);
      expectCode(await api.post(mutatingPath, catchAll(port)), 201);
      expectCode(await api.post(validatingPath, catchAll(port)), 201);
      await isRefused(api, 'a', port);
      for (const path of [mutatingPath, validatingPath]) {
        const { webhooks } = catchAll(port, 'Ignore');
        expectCode(await api.patch(`${path}/all`, 'merge', { webhooks }), 200);
      }
      expectCode(await api.post(configMaps, configMap('a')), 201);
    } finally {
      await server.close();
    }
  });
});
