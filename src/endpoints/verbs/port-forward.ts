import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import type { NodeLink } from '../../apimachinery/node-link.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import { badRequest, notImplemented } from '../../apimachinery/status.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';
import { chosenProtocol, spoken } from './channel-protocols.ts';
import { httpConnection } from './http-connection.ts';
import { framed } from './streams.ts';

const protocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io', ''];

/** Each has two channels, whose numbers are one byte. */
const maxForwardedPorts = 128;

/**
 * `portforward` over a WebSocket: for the n-th port, channel 2n has its bytes both ways, and 2n + 1 says what went wrong. The first message on
 * each is the port (`handleWebSocketStreams` of cri-streaming). What kubectl speaks is SPDY within a WebSocket: 501.
 */
export async function forwardPorts(
  core: Core,
  request: Request,
  link: NodeLink,
  pod: KubeObject,
): Promise<void> {
  const { upgrade, headers } = request.exchange;
  const offered = headers['sec-websocket-protocol'];
  if (!upgrade || offered?.startsWith('SPDY/')) throw notImplemented(overSpdy);
  const ports = portsOf(request.info.query.getAll('ports'));
  const protocol = chosenProtocol(offered, protocols);
  request.code = 101;
  request.audit?.responding(101);
  const channel = spoken(await upgrade(protocol), protocol);
  const forget = onAbort(core.stopping, channel.close);
  try {
    await forward(channel, link, pod, ports);
  } finally {
    forget();
    channel.close();
  }
}

const overSpdy = `pods/portforward over SPDY: a WebSocket with the protocol ${protocols[0]} is spoken here, and the proxies of pods and services reach what listens there`;

/** Throws the 400 of a kubelet for what is no port. */
function portsOf(given: readonly string[]): number[] {
  const all = given.flatMap((text) => text.split(','));
  if (all.length === 0) throw badRequest('query parameter "port" is required');
  if (all.length > maxForwardedPorts) throw badRequest(`at most ${maxForwardedPorts} ports can be forwarded`);
  return all.map((text) => {
    const port = Number(text);
    if (!/^\d+$/.test(text))
      throw badRequest(`unable to parse ${JSON.stringify(text)} as a port: invalid syntax`);
    if (port > 65_535)
      throw badRequest(`unable to parse ${JSON.stringify(text)} as a port: value out of range`);
    if (port < 1) throw badRequest(`port ${JSON.stringify(text)} must be > 0`);
    return port;
  });
}

/** Until all connections are closed. */
async function forward(
  channel: MessageChannel,
  link: NodeLink,
  pod: KubeObject,
  ports: readonly number[],
): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  for (const [index, port] of ports.entries()) {
    const first = Buffer.alloc(2);
    first.writeUInt16LE(port);
    await channel.send(framed(2 * index, first));
    await channel.send(framed(2 * index + 1, first));
  }
  const connections = ports.map((port, index) => {
    const listening = () => link.listener(namespace, name, port);
    return listening() && httpConnection(listening, (bytes) => channel.send(framed(2 * index, bytes)));
  });
  channel.receive((message) => {
    const number = message[0] ?? 0;
    if (message.length < 2 || number % 2 === 1) return undefined;
    return connections[number / 2]?.take(message.subarray(1));
  });
  const closeAll = () => {
    for (const one of connections) one?.close();
  };
  const forget = onAbort(channel.closed, closeAll);
  if (channel.closed.aborted) closeAll();
  await Promise.all(
    ports.map((port, index) => {
      const refused = `error forwarding port ${port} to pod ${name}, uid ${uid}: failed to connect to localhost:${port} inside namespace of the pod: dial tcp 127.0.0.1:${port}: connect: connection refused`;
      return connections[index]?.closed ?? channel.send(framed(2 * index + 1, Buffer.from(refused)));
    }),
  );
  forget();
}
