import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Endpoint } from '../load/connection.ts';
import { freePort, stallProbe, startChild } from './child.ts';
import { untilReady } from './ready.ts';
import type { ServerKind } from './types.ts';

interface Kubeconfig {
  readonly clusters: readonly { cluster: { server: string; 'certificate-authority-data': string } }[];
  readonly users: readonly { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

/** As the reference server is. */
const apiServerAlone = ['--controllers=serviceaccount-token', '--run-nodes=false'];

/** `script` is the command line of a checkout, `bin/binnacle.js`; `nodeArgs` go to the runtime, for profiles. */
export function binnacle(name: string, script: string, nodeArgs: readonly string[] = []): ServerKind {
  return {
    name,
    async start(directory, args = apiServerAlone) {
      const port = await freePort();
      const startedMs = performance.now();
      const child = startChild(process.execPath, [
        ...stallProbe,
        ...nodeArgs,
        script,
        `--secure-port=${port}`,
        `--data-dir=${directory}`,
        ...args,
      ]);
      await untilReady({ url: `https://127.0.0.1:${port}` }, '/readyz', child);
      return {
        name,
        endpoint: await endpointOf(join(directory, 'kubeconfig')),
        pids: [child.pid],
        startMs: performance.now() - startedMs,
        metricsPath: '/metrics',
        stallMs: child.stallMs,
        stop: child.stop,
      };
    },
  };
}

async function endpointOf(kubeconfigPath: string): Promise<Endpoint> {
  const { clusters, users } = parse(await readFile(kubeconfigPath, 'utf8')) as Kubeconfig;
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  const text = (base64: string) => Buffer.from(base64, 'base64').toString();
  return {
    url: cluster.server,
    ca: text(cluster['certificate-authority-data']),
    cert: text(user['client-certificate-data']),
    key: text(user['client-key-data']),
  };
}
