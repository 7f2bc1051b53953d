import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { type RunningServer, type StartOptions, startServer } from '../../src/index.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

interface Started extends AsyncDisposable {
  readonly server: RunningServer;
  readonly dataDir: string;
  readonly config: KubeConfig;
  readonly certificate: X509Certificate;
}

async function start(options: Partial<StartOptions> = {}): Promise<Started> {
  const directory = await temporaryDirectory();
  const server = await startServer({ dataDir: directory.path, securePort: 0, ...options });
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfigPath);
  const dispose = async () => {
    await server.close();
    await directory.remove();
  };
  const certificate = new X509Certificate(await readFile(join(directory.path, 'pki', 'apiserver.crt')));
  return { server, dataDir: directory.path, config, certificate, [Symbol.asyncDispose]: dispose };
}

const endpointAddress = async ({ config }: Started) => {
  const slices = await config
    .makeApiClient(CoreV1Api)
    .readNamespacedEndpoints({ namespace: 'default', name: 'kubernetes' });
  return slices.subsets?.[0]?.addresses?.[0]?.ip;
};

describe('startServer', () => {
  test('bound to all addresses, it may be called by every name of this machine', async () => {
    await using started = await start({ bindAddress: '0.0.0.0' });
    const addresses = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address }) => address);
    for (const address of ['127.0.0.1', '10.0.0.1', ...addresses]) {
      assert.equal(started.certificate.checkIP(address), address);
    }
    for (const name of ['localhost', 'kubernetes.default.svc', hostname()]) {
      assert.equal(started.certificate.checkHost(name), name);
    }
    assert.equal(started.server.url, `https://127.0.0.1:${started.server.port}`);
    assert.notEqual(await endpointAddress(started), '0.0.0.0');
  });

  test('--advertise-address is where others find it, and the certificate covers it', async () => {
    await using started = await start({ advertiseAddress: '198.51.100.7' });
    assert.equal(await endpointAddress(started), '198.51.100.7');
    assert.equal(started.certificate.checkIP('198.51.100.7'), '198.51.100.7');
  });

  test('--http2-max-streams-per-connection is what clients are told', async () => {
    for (const [options, expected] of [
      [{}, 100],
      [{ maxStreamsPerConnection: 7 }, 7],
    ] as const) {
      await using started = await start(options);
      const ca = Buffer.from(started.config.getCurrentCluster()?.caData ?? '', 'base64');
      const session = connect(started.server.url, { ca });
      const [settings] = await once(session, 'remoteSettings');
      assert.equal(settings.maxConcurrentStreams, expected);
      session.destroy();
    }
  });

  test('a second start in the same process and directory is refused, closing twice is not', async () => {
    await using started = await start();
    await assert.rejects(
      startServer({ dataDir: started.dataDir, securePort: 0 }),
      /is in use by another process/,
    );
    await Promise.all([started.server.close(), started.server.close()]);
    const again = await startServer({ dataDir: started.dataDir, securePort: started.server.port });
    assert.equal(again.fresh, false);
    await again.close();
  });
});
