import { createServer, type Server, type Socket } from 'node:net';
import { listenBacklog, maxConnections, tcpKeepAliveDelayMs } from './limits.ts';

/** A port that is ours. Connections wait in `onConnection`'s queue until somebody takes them. */
export interface BoundPort {
  readonly address: string;
  readonly port: number;
  /** Open connections, sniffed or not. */
  readonly sockets: ReadonlySet<Socket>;
  /** Gives this and every later connection, starting with those that came in meanwhile, to `take`. Once. */
  onConnection(take: (socket: Socket) => void): void;
  /** Calls `callback` once when no connection is left. */
  onEmpty(callback: () => void): void;
  /** Stops accepting; open connections stay. */
  stopAccepting(): void;
}

/**
 * Takes a TCP port before anything else is prepared, so that a busy port is found out while nothing has been changed yet.
 * Rejects with the system's error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). Port 0 takes any free one.
 */
export function bindPort(bindAddress: string, port: number): Promise<BoundPort> {
  const sockets = new Set<Socket>();
  let take: ((socket: Socket) => void) | undefined;
  let whenEmpty: (() => void) | undefined;
  const waiting: Socket[] = [];

  const server: Server = createServer({
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveDelayMs,
  });
  server.maxConnections = maxConnections;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) whenEmpty?.();
    });
    if (take) take(socket);
    else waiting.push(socket);
  });

  const bound = (): BoundPort => {
    const at = server.address();
    const { address, port: taken } = typeof at === 'object' && at ? at : { address: bindAddress, port };
    return {
      address,
      port: taken,
      sockets,
      onConnection(newTake) {
        take = newTake;
        for (const socket of waiting.splice(0)) if (!socket.destroyed) newTake(socket);
      },
      onEmpty(callback) {
        if (sockets.size === 0) callback();
        else whenEmpty = callback;
      },
      stopAccepting: () => void server.close(() => {}),
    };
  };

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: bindAddress, port, backlog: listenBacklog }, () => {
      server.off('error', reject);
      resolve(bound());
    });
  });
}
