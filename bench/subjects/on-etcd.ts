import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { binnacle } from './binnacle.ts';
import { type Child, freePort, startChild } from './child.ts';
import type { ServerKind } from './types.ts';

const name = 'on etcd';

/** Ours on an etcd of its own, beside ours on SQLite, when `ETCD` names one that is new enough (3.5); else says why not. */
export function findOnEtcd(env: NodeJS.ProcessEnv, script: string): ServerKind | string {
  const etcd = env['ETCD'];
  if (etcd === undefined) return 'etcd as a store is not measured: ETCD names none';
  const version = /^etcd Version: *(\d+)\.(\d+)/m.exec(
    spawnSync(etcd, ['--version'], { encoding: 'utf8' }).stdout ?? '',
  );
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major < 3 || (major === 3 && minor < 5)) {
    return `etcd as a store is not measured: ${etcd} is not etcd 3.5 or newer`;
  }
  return onEtcd(etcd, script);
}

function onEtcd(etcd: string, script: string): ServerKind {
  return {
    name,
    async start(directory, args = ['--controllers=serviceaccount-token', '--run-nodes=false']) {
      const [clientPort, peerPort] = [await freePort(), await freePort()];
      const url = `http://127.0.0.1:${clientPort}`;
      const data = join(directory, 'etcd');
      await mkdir(data, { recursive: true, mode: 0o700 });
      const store = startChild(etcd, [
        `--data-dir=${data}`,
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
        '--log-level=error',
      ]);
      await untilHealthy(url, store);
      const kind = binnacle(name, script);
      const server = await kind.start(join(directory, 'server'), [`--etcd-servers=${url}`, ...args]);
      return {
        ...server,
        pids: [...server.pids, store.pid],
        async stop() {
          await server.stop();
          await store.stop();
        },
      };
    },
  };
}

const patienceMs = 30_000;
const pauseMs = 20;

async function untilHealthy(url: string, { failed }: Child): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const answer = await Promise.race([fetch(`${url}/health`).catch(() => undefined), failed]);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`${url} has not become healthy`);
}
