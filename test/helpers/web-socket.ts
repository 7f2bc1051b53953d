import { createRequire } from 'node:module';
import { KubeConfig } from '@kubernetes/client-node';

/** What of the package `ws` a client uses. */
export interface ClientSocket {
  readonly protocol: string;
  on(event: 'message', callback: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'close', callback: (code: number) => void): void;
  on(event: 'error', callback: (error: Error) => void): void;
  on(event: 'open', callback: () => void): void;
  send(data: Buffer | string): void;
  close(): void;
  terminate(): void;
}

const { WebSocket } = createRequire(import.meta.url)('ws') as {
  readonly WebSocket: new (url: string, protocols: readonly string[], options: object) => ClientSocket;
};

/** A WebSocket to a path of the server that a kubeconfig names, as its user; rejects when the server does not become one. */
export async function openWebSocket(
  kubeconfigPath: string,
  path: string,
  ...protocols: readonly string[]
): Promise<ClientSocket> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
  const { certData = '', keyData = '' } = config.getCurrentUser() ?? {};
  const [ca, cert, key] = [caData, certData, keyData].map((data) => Buffer.from(data, 'base64'));
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocols, { ca, cert, key });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return socket;
}
