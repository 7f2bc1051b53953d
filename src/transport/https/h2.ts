import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { serverStopping } from '../../endpoints/exchange.ts';
import { type ListenerContext, serve } from './context.ts';
import { type H2Connection, H2Exchange } from './h2-exchange.ts';
import * as limits from './limits.ts';
import { peerOf } from './peer.ts';

/** The HTTP/2 side of a listener. */
export interface H2Server {
  /** Takes over a connection that negotiated `h2`. */
  accept(socket: TLSSocket): void;
  /** Sends GOAWAY everywhere: streams in flight may finish, new ones are refused. */
  close(): void;
  /** Ends all connections with an error, so that clients do not take a cut answer for a complete one. */
  cut(): void;
}

interface Session {
  readonly http2: ServerHttp2Session;
  readonly connection: H2Connection;
  /** `totalExchanges` when the sweeper last looked. */
  seenExchanges: number;
}

/** A connection is closed when it was idle at this many looks in a row. */
const idleLooks = 3;

const ignore = () => {};

const tooManyHeaderBytes = (rawHeaders: readonly string[]): boolean => {
  let bytes = 0;
  for (let i = 0; i < rawHeaders.length; i++) bytes += rawHeaders[i]!.length;
  return bytes > limits.maxHeaderBytes;
};

export function createH2Server(context: ListenerContext, maxConcurrentStreams: number): H2Server {
  const sessions = new Map<ServerHttp2Session, Session & { idleLooks: number }>();
  const options: ServerOptions = {
    maxSessionMemory: limits.h2SessionMemoryMegabytes,
    maxHeaderListPairs: limits.maxH2HeaderPairs,
    maxSessionInvalidFrames: limits.maxH2InvalidFrames,
    maxSessionRejectedStreams: limits.maxH2RejectedStreams,
    streamResetBurst: limits.h2ResetBurst,
    streamResetRate: limits.h2ResetsPerSecond,
    settings: {
      maxConcurrentStreams,
      initialWindowSize: limits.h2StreamWindowBytes,
      maxHeaderListSize: limits.maxH2HeaderListBytes,
    },
  };

  const sweep = () => {
    for (const session of sessions.values()) {
      const { connection } = session;
      const idle = connection.openExchanges === 0 && connection.totalExchanges === session.seenExchanges;
      session.idleLooks = idle ? session.idleLooks + 1 : 0;
      session.seenExchanges = connection.totalExchanges;
      if (session.idleLooks >= idleLooks) session.http2.close();
    }
    if (!context.stopping) context.clock.setTimer(context.timeouts.idleMs / idleLooks, sweep);
  };
  context.clock.setTimer(context.timeouts.idleMs / idleLooks, sweep);

  return {
    accept(socket) {
      const http2 = performServerHandshake(socket, options);
      const connection: H2Connection = { context, peer: peerOf(socket), openExchanges: 0, totalExchanges: 0 };
      sessions.set(http2, { http2, connection, seenExchanges: 0, idleLooks: 0 });
      http2.setLocalWindowSize(limits.h2ConnectionWindowBytes);
      http2.on('error', (error: Error) =>
        context.log.debug('http2 connection failed', { address: connection.peer.address, error }),
      );
      http2.on('close', () => sessions.delete(http2));
      http2.on(
        'stream',
        (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
          stream.on('error', ignore);
          if (tooManyHeaderBytes(rawHeaders)) {
            stream.respond({ ':status': 431 }, { endStream: true });
            return;
          }
          connection.openExchanges++;
          connection.totalExchanges++;
          serve(context, new H2Exchange(stream, headers, rawHeaders, connection));
        },
      );
      if (context.stopping) http2.close();
    },
    close() {
      for (const http2 of sessions.keys()) http2.close();
    },
    cut() {
      for (const http2 of sessions.keys()) http2.destroy(serverStopping, constants.NGHTTP2_INTERNAL_ERROR);
    },
  };
}
