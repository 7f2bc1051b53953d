import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, type TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';

type Receiver = (data: Buffer, isBinary: boolean) => void;

/** The client's side of a WebSocket. */
export interface ClientSocket {
  /** The one that the server chose. */
  readonly protocol: string;
  /** Resolves with the code of the server when it is closed. */
  readonly closed: Promise<number>;
  /** Who gets the messages; what came before is handed over at once. */
  receive(receiver: Receiver): void;
  send(data: Buffer | string): void;
  close(): void;
  terminate(): void;
}

/** What of the package `ws` a client uses. */
interface Socket extends Pick<ClientSocket, 'protocol' | 'send' | 'close' | 'terminate'> {
  on(event: 'message', callback: Receiver): void;
  on(event: 'close', callback: (code: number) => void): void;
  on(event: 'error', callback: (error: Error) => void): void;
  on(event: 'open', callback: () => void): void;
}

const { WebSocket } = createRequire(import.meta.url)('ws') as {
  readonly WebSocket: new (url: string, protocols: readonly string[], options: object) => Socket;
};

function accessOf(kubeconfigPath: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
  const { certData = '', keyData = '' } = config.getCurrentUser() ?? {};
  const [ca, cert, key] = [caData, certData, keyData].map((data) => Buffer.from(data, 'base64')) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  return { server, tls: { ca, cert, key } };
}

/**
 * Becomes a WebSocket by hand, whatever the name of the protocol, and sends messages so that the server gets all of them with one read.
 * Answers the connection, and its bytes.
 */
export async function sendTogether(
  kubeconfigPath: string,
  path: string,
  protocol: string,
  messages: readonly Buffer[],
): Promise<TLSSocket> {
  const { server, tls } = accessOf(kubeconfigPath);
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port), ...tls, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    `sec-websocket-protocol: ${protocol}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  // Final, binary, masked with nothing.
  const frames = messages.map((message) =>
    Buffer.concat([Buffer.from([0x82, 0x80 + message.length, 0, 0, 0, 0]), message]),
  );
  socket.write(Buffer.concat(frames));
  return socket;
}

/** A WebSocket to a path of the server that a kubeconfig names, as its user; rejects when the server does not become one. */
export async function openWebSocket(
  kubeconfigPath: string,
  path: string,
  ...protocols: readonly string[]
): Promise<ClientSocket> {
  const { server, tls } = accessOf(kubeconfigPath);
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocols, tls);
  // The first messages may come with the answer to the handshake.
  const early: Parameters<Receiver>[] = [];
  let receiver: Receiver = (...message) => early.push(message);
  socket.on('message', (...message) => receiver(...message));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    protocol: socket.protocol,
    closed,
    receive(callback) {
      receiver = callback;
      for (const message of early.splice(0)) callback(...message);
    },
    send: (data) => socket.send(data),
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  };
}
