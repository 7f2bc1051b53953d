import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { createServer, ServerResponse } from '../../apimachinery/node-http.ts';
import type { Peer } from '../../endpoints/exchange.ts';
import { type ListenerContext, serve } from './context.ts';
import { H1Exchange } from './h1-exchange.ts';
import * as limits from './limits.ts';
import { peerOf } from './peer.ts';
import { acceptSpdy, wantsSpdy } from './tunnel.ts';
import { acceptWebSocket, wantsWebSocket } from './web-socket.ts';

/** The HTTP/1.1 side of a listener. */
export interface H1Server {
  /** Takes over a connection that negotiated `http/1.1`, or nothing. */
  accept(socket: TLSSocket): void;
  /** Closes connections without an answer in flight. To be called again while others finish. */
  closeIdle(): void;
  /** Ends what looks after connections, when none is left. */
  close(): void;
}

type Response = InstanceType<typeof ServerResponse>;

const nobody: Peer = { address: '', certificates: [] };

const answers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** How often Node looks for connections whose request takes too long. */
const timeoutCheckMs = 1_000;

export function createH1Server(context: ListenerContext): H1Server {
  const { timeouts } = context;
  const peers = new WeakMap<Socket, Peer>();
  const refused = new WeakSet<Socket>();
  /**
   * How many requests of each connection are under way, until the last byte of their answer is the kernel's. Node itself takes a
   * connection for idle as soon as an answer is complete, however much of it still has to be written.
   */
  const underWay = new Map<Socket, number>();
  const add = (socket: Socket, change: 1 | -1) => {
    const count = underWay.get(socket);
    if (count !== undefined) underWay.set(socket, count + change);
  };

  const onRequest = (expectsContinue: boolean) => (request: IncomingMessage, response: Response) => {
    const { socket } = request;
    const peer = peers.get(socket) ?? nobody;
    add(socket, 1);
    response.once('close', () => add(socket, -1));
    serve(context, new H1Exchange(request, response, peer, context, expectsContinue));
  };

  const server: Server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: timeouts.headersMs,
    requestTimeout: Math.max(timeouts.headersMs, timeouts.bodyMs),
    keepAliveTimeout: timeouts.idleMs,
    shouldUpgradeCallback: (request) => wantsWebSocket(request) || wantsSpdy(request),
    connectionsCheckingInterval: Math.min(timeoutCheckMs, timeouts.headersMs),
  });
  server.maxHeadersCount = 0;
  server.on('request', onRequest(false));
  server.on('checkContinue', onRequest(true));
  server.on(
    'upgrade',
    onUpgrade(context, (socket) => peers.get(socket), underWay),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    context.log.debug('http connection failed', { address: peers.get(socket)?.address, error });
    refuse(context, socket, answers[error.code ?? ''] ?? '400 Bad Request');
  });
  // An unlistened server starts its timeout checks on this event, and on nothing else.
  server.emit('listening');

  return {
    accept(socket) {
      peers.set(socket, peerOf(socket));
      underWay.set(socket, 0);
      socket.once('close', () => underWay.delete(socket));
      server.emit('connection', socket);
    },
    closeIdle() {
      for (const [socket, count] of underWay) if (count === 0) socket.destroy();
    },
    close: () => void server.close(() => {}),
  };
}

/**
 * A request that wants to become a WebSocket, or SPDY, goes the way of all others. Whatever it is answered is the last on its connection, which
 * Node has given up.
 */
const onUpgrade =
  (context: ListenerContext, peerOf: (socket: Socket) => Peer | undefined, underWay: Map<Socket, number>) =>
  (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const socket = stream as Socket;
    underWay.delete(socket);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => {
      response.detachSocket(socket);
      socket.end();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => response.destroy());
    const exchange = new H1Exchange(request, response, peerOf(socket) ?? nobody, context, false);
    if (wantsWebSocket(request)) {
      exchange.upgrade = async (protocol) => {
        response.detachSocket(socket);
        return acceptWebSocket(request, socket, head, protocol);
      };
    } else {
      exchange.tunnel = async (headers) => {
        response.detachSocket(socket);
        return acceptSpdy(socket, head, headers);
      };
    }
    serve(context, exchange);
  };

/** Answers what could not be parsed, unless an answer has begun, and closes the connection after a moment. */
function refuse(
  context: ListenerContext,
  socket: Socket & { _httpMessage?: Response | null },
  statusLine: string,
): void {
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${statusLine}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${statusLine}`,
  );
  context.clock.setTimer(context.timeouts.lingerMs, () => socket.destroy());
}
