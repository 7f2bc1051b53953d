import { generateKeyPairSync } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort, startChild } from './child.ts';
import { untilReady } from './ready.ts';
import type { ServerKind } from './types.ts';

const token = 'bench-token';

/** kube-apiserver and etcd, when `KUBE_APISERVER` and `ETCD` name them or both are on the PATH. */
export function findReference(env: NodeJS.ProcessEnv): ServerKind | undefined {
  const apiserver = env['KUBE_APISERVER'] ?? onPath(env, 'kube-apiserver');
  const etcd = env['ETCD'] ?? onPath(env, 'etcd');
  return apiserver && etcd ? reference(apiserver, etcd) : undefined;
}

function onPath(env: NodeJS.ProcessEnv, command: string): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function reference(apiserver: string, etcd: string): ServerKind {
  return {
    name: 'kube-apiserver',
    async start(directory) {
      const [clientPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'tokens.csv'), `${token},bench,bench,system:masters\n`);
      const keyPath = await serviceAccountKey(directory);
      const etcdUrl = `http://127.0.0.1:${clientPort}`;
      const startedMs = performance.now();
      const store = startChild(etcd, [
        `--data-dir=${join(directory, 'etcd')}`,
        `--listen-client-urls=${etcdUrl}`,
        `--advertise-client-urls=${etcdUrl}`,
        `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
        '--log-level=error',
      ]);
      const server = startChild(apiserver, [
        `--etcd-servers=${etcdUrl}`,
        `--secure-port=${port}`,
        '--bind-address=127.0.0.1',
        `--cert-dir=${join(directory, 'certs')}`,
        '--service-cluster-ip-range=10.0.0.0/24',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${keyPath}`,
        `--service-account-signing-key-file=${keyPath}`,
        `--token-auth-file=${join(directory, 'tokens.csv')}`,
        '--authorization-mode=RBAC',
        // Pods would wait for a ServiceAccount that no controller makes.
        '--disable-admission-plugins=ServiceAccount',
      ]);
      const endpoint = {
        url: `https://127.0.0.1:${port}`,
        headers: { authorization: `Bearer ${token}` },
      };
      await untilReady(endpoint, '/readyz', server);
      return {
        name: 'kube-apiserver',
        endpoint,
        pids: [server.pid, store.pid],
        startMs: performance.now() - startedMs,
        async stop() {
          await server.stop();
          await store.stop();
        },
      };
    },
  };
}

async function serviceAccountKey(directory: string): Promise<string> {
  const path = join(directory, 'sa.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(path, privateKey.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
    flag: 'wx',
  }).catch((error: NodeJS.ErrnoException) => {
    // A second start on the same directory keeps its key.
    if (error.code !== 'EEXIST') throw error;
  });
  return path;
}
