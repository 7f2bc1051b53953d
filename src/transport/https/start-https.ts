import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import { createSlices } from '../../apimachinery/slices.ts';
import { type Handler, serverStopping } from '../../endpoints/exchange.ts';
import { namesOf } from './authority-names.ts';
import { type BoundPort, bindPort } from './bind-port.ts';
import type { ListenerContext } from './context.ts';
import { createH1Server } from './h1.ts';
import { createH2Server } from './h2.ts';
import { defaultMaxConcurrentStreams, defaultTimeouts, type Timeouts } from './limits.ts';
import { sniff } from './sniff.ts';

/** PEM texts. */
export interface TlsFiles {
  readonly key: string | Buffer;
  /** The serving certificate, followed by its intermediates. */
  readonly cert: string | Buffer;
}

export interface HttpsOptions {
  readonly handler: Handler;
  readonly tls: TlsFiles;
  /** PEM of the authorities whose certificates clients are asked for; see `askForCertificatesOf`. */
  readonly clientAuthorities?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** A port taken earlier with `bindPort`; without it `bindAddress` and `port` say which to take. */
  readonly bound?: BoundPort;
  readonly bindAddress?: string;
  readonly port?: number;
  /** `--http2-max-streams-per-connection`. */
  readonly maxConcurrentStreams?: number | undefined;
  readonly timeouts?: Partial<Timeouts>;
}

export interface HttpsListener {
  readonly address: string;
  readonly port: number;
  /**
   * Tells clients of the connections to come which authorities their certificates should be of (RFC 8446, 4.2.4), so that one
   * that has several knows which to send. Nothing is refused here: the core judges what is sent.
   */
  askForCertificatesOf(authorities: readonly string[]): void;
  /** Open TCP connections. */
  connections(): number;
  /**
   * Stops accepting, tells HTTP/2 clients to go away and HTTP/1.1 clients to close, and waits until the answers in flight are
   * out, at most `graceMs`. Then signals abort with `serverStopping`, and what is still open after that is cut. The core should
   * have ended its watches before: nothing here knows which exchanges would never end. Idempotent.
   */
  close(graceMs: number): Promise<void>;
}

/** How often connections that became idle are looked for while closing. */
const closeCheckMs = 20;

/** One TLS port that speaks HTTP/2 and HTTP/1.1, chosen by ALPN, and feeds both into `handler`. */
export async function startHttps(options: HttpsOptions): Promise<HttpsListener> {
  const { clock, log, tls } = options;
  const context: ListenerContext = {
    handler: options.handler,
    clock,
    log,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    abortables: new Set(),
    slices: createSlices(clock),
    stopping: false,
  };
  const h1 = createH1Server(context);
  const h2 = createH2Server(context, options.maxConcurrentStreams ?? defaultMaxConcurrentStreams);

  // Never listens: the split by protocol needs the handshake only, and `sniff` has to look at the bytes before it.
  const tlsServer = createTlsServer({
    ...secureContext(tls, options.clientAuthorities ?? []),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: context.timeouts.handshakeMs,
  });
  tlsServer.on('secureConnection', (socket: TLSSocket) =>
    (socket.alpnProtocol === 'h2' ? h2 : h1).accept(socket),
  );
  tlsServer.on('tlsClientError', (error, socket) => {
    log.debug('TLS handshake failed', { address: socket.remoteAddress, error });
    socket.destroy();
  });

  const bound = options.bound ?? (await bindPort(options.bindAddress ?? '127.0.0.1', options.port ?? 0));
  const silent = new Set<Socket>();
  bound.onConnection((socket) => {
    silent.add(socket);
    sniff(socket, clock, context.timeouts.handshakeMs, (isTls) => {
      silent.delete(socket);
      if (isTls) tlsServer.emit('connection', socket);
    });
  });

  let closing: Promise<void> | undefined;
  const closeAll = async (graceMs: number) => {
    context.stopping = true;
    bound.stopAccepting();
    for (const socket of silent) socket.destroy();
    h2.close();
    await emptied(graceMs);
    h1.close();
  };
  const emptied = async (graceMs: number) => {
    if (await becomesEmpty(bound, clock, graceMs, h1.closeIdle)) return;
    for (const exchange of context.abortables) exchange.abortSignal(serverStopping);
    if (await becomesEmpty(bound, clock, closeCheckMs, h1.closeIdle)) return;
    h2.cut();
    if (await becomesEmpty(bound, clock, closeCheckMs, h1.closeIdle)) return;
    for (const socket of bound.sockets) socket.destroy();
    await new Promise<void>((resolve) => bound.onEmpty(resolve));
  };
  return {
    address: bound.address,
    port: bound.port,
    askForCertificatesOf: (authorities) => tlsServer.setSecureContext(secureContext(tls, authorities)),
    connections: () => bound.sockets.size,
    close: (graceMs) => (closing ??= closeAll(graceMs)),
  };
}

/**
 * No session tickets: a session that is resumed has the certificate of its client, and has lost the intermediates that were sent
 * with it.
 */
const secureContext = ({ key, cert }: TlsFiles, clientAuthorities: readonly string[]) => ({
  key,
  cert,
  ca: namesOf(clientAuthorities),
  minVersion: 'TLSv1.2' as const,
  secureOptions: constants.SSL_OP_NO_TICKET,
});

/** Waits until all connections are gone, true, or `limitMs` are over, false; `look` is called every now and then. */
function becomesEmpty(bound: BoundPort, clock: Clock, limitMs: number, look: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (empty: boolean) => {
      deadline.cancel();
      next.cancel();
      resolve(empty);
    };
    const tick = () => {
      look();
      next = clock.setTimer(closeCheckMs, tick);
    };
    const deadline = clock.setTimer(limitMs, () => settle(false));
    let next = clock.setTimer(closeCheckMs, tick);
    look();
    bound.onEmpty(() => settle(true));
  });
}
