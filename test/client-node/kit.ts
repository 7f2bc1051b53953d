import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { RunningServer } from '../../src/start-server.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { startDurableServer } from '../helpers/durable-server.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

/** A server and a configuration of the client for it. */
export interface Connection {
  readonly config: KubeConfig;
  close(): Promise<void>;
}

/** The ways to reach a server: the client must not notice the difference. */
export const transports: Readonly<Record<string, () => Promise<Connection>>> = {
  'over TLS': async () => {
    const { server, remove } = await durable();
    return {
      config: configOf(server),
      close: async () => {
        await server.close();
        await remove();
      },
    };
  },
  'in process': async () => {
    const cluster = await createCluster();
    return { config: await cluster.kubeConfig(), close: () => cluster.close() };
  },
};

async function durable() {
  const { path, remove } = await temporaryDirectory();
  return { server: await startDurableServer({ dataDir: join(path, 'data'), controllers: [] }), remove };
}

export function configOf({ kubeconfigPath }: RunningServer): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  return config;
}
