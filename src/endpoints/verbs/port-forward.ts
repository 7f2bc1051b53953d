import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import type { NodeLink } from '../../apimachinery/node-link.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import { badRequest } from '../../apimachinery/status.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';
import { type SpdyStream, serveSpdy } from '../spdy/session.ts';
import { chosenProtocol, spdyProtocolHeader, spoken } from './channel-protocols.ts';
import { httpConnection } from './http-connection.ts';
import { framed } from './streams.ts';

/** What SPDY is asked for, alone or in the messages of a WebSocket (KEP-4006). */
const inSpdy = 'portforward.k8s.io';
const spdyInMessages = `SPDY/3.1+${inSpdy}`;
const protocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io', ''];

/** Each has two channels, whose numbers are one byte. */
const maxForwardedPorts = 128;

/**
 * `portforward` over a WebSocket: for the n-th port, channel 2n has its bytes both ways, and 2n + 1 says what went wrong. The first message on
 * each is the port (`handleWebSocketStreams` of cri-streaming). Or over SPDY, in the messages of a WebSocket as kubectl has it, or alone.
 */
export async function forwardPorts(
  core: Core,
  request: Request,
  link: NodeLink,
  pod: KubeObject,
): Promise<void> {
  const { upgrade, tunnel, headers } = request.exchange;
  if (!upgrade && !tunnel) throw badRequest('Upgrade request required');
  const protocol = upgrade
    ? chosenProtocol(headers['sec-websocket-protocol'], [spdyInMessages, ...protocols])
    : chosenProtocol(headers[spdyProtocolHeader], [inSpdy]);
  const isSpdy = protocol === spdyInMessages || protocol === inSpdy;
  const ports = isSpdy ? [] : portsOf(request.info.query.getAll('ports'));
  request.code = 101;
  request.audit?.responding(101);
  const channel = upgrade
    ? spoken(await upgrade(protocol), protocol)
    : await tunnel!({ [spdyProtocolHeader]: protocol });
  const forget = onAbort(core.stopping, channel.close);
  try {
    if (isSpdy) await forwardStreams(channel, link, pod);
    else await forward(channel, link, pod, ports);
  } finally {
    forget();
    channel.close();
  }
}

/** What an attempt to reach a port on which nothing listens ends with. */
const refusedAt = (port: number, { metadata: { name = '', uid = '' } }: KubeObject): string =>
  `error forwarding port ${port} to pod ${name}, uid ${uid}: failed to connect to localhost:${port} inside namespace of the pod: dial tcp 127.0.0.1:${port}: connect: connection refused`;

/**
 * Two streams for each connection, which name the port and have the same `requestID`: one of type `error`, and then one of type `data`
 * with its bytes (`httpStreamHandler` of cri-streaming). Until the channel is closed.
 */
function forwardStreams(channel: MessageChannel, link: NodeLink, pod: KubeObject): Promise<void> {
  const { name = '', namespace = '' } = pod.metadata;
  const errors = new Map<string, SpdyStream>();
  return serveSpdy(channel, (stream) => {
    const type = stream.headers.get('streamtype');
    const request = stream.headers.get('requestid') ?? '';
    const port = Number(stream.headers.get('port'));
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
    if (type === 'error' && !errors.has(request)) {
      errors.set(request, stream);
      // Whoever opens it says nothing on it.
      return { take() {}, ended() {}, reset: () => void errors.delete(request) };
    }
    const problems = type === 'data' ? errors.get(request) : undefined;
    if (!problems) return undefined;
    errors.delete(request);
    const listening = () => link.listener(namespace, name, port);
    const connection = listening() && httpConnection(listening, stream.send);
    const finish = () => {
      stream.end();
      problems.end();
    };
    if (!connection) {
      void problems.send(Buffer.from(refusedAt(port, pod)));
      finish();
      return { take() {}, ended() {}, reset() {} };
    }
    void connection.closed.then(finish);
    return { take: connection.take, ended: connection.end, reset: connection.close };
  });
}

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
  const { name = '', namespace = '' } = pod.metadata;
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
      const refused = () => channel.send(framed(2 * index + 1, Buffer.from(refusedAt(port, pod))));
      return connections[index]?.closed ?? refused();
    }),
  );
  forget();
}
