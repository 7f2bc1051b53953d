import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Clock, realClock } from '../../src/apimachinery/clock.ts';

/** A way to a server on which things go wrong. */
export interface Way {
  readonly endpoint: string;
  readonly port: number;
  /** Breaks everything that is open, and takes nothing new. */
  cut(): void;
  mend(): void;
  /** From now on everything takes so many milliseconds longer, in each direction. */
  slow(ms: number): void;
  /** From now on what is sent arrives and nothing comes back. */
  swallow(): void;
  close(): void;
}

export interface WayOptions {
  /** Where it leads: `http://127.0.0.1:2379`. */
  readonly to: string;
  readonly port?: number;
  readonly clock?: Clock;
  /** Looks at the first bytes of a connection; false refuses it. */
  readonly lets?: (first: Buffer) => boolean;
}

export async function wayTo(target: string | WayOptions): Promise<Way> {
  const {
    to,
    port: wanted = 0,
    clock = realClock,
    lets,
  } = typeof target === 'string' ? { to: target } : target;
  const sockets = new Set<Socket>();
  let [isCut, isSwallowed, slowMs] = [false, false, 0];

  const carry = (from: Socket, into: Socket, swallows: boolean): void => {
    let isFirst = !swallows;
    const waiting: Buffer[] = [];
    from.on('data', (bytes: Buffer) => {
      if (isFirst && lets?.(bytes) === false) return void from.destroy();
      isFirst = false;
      if (swallows && isSwallowed) return;
      waiting.push(bytes);
      // Whichever timer fires passes on what came first, so that nothing overtakes.
      const pass = () => {
        const next = waiting.shift()!;
        if (!into.destroyed) into.write(next);
      };
      if (slowMs > 0 || waiting.length > 1) clock.setTimer(slowMs, pass);
      else pass();
    });
  };

  const server = createServer((socket) => {
    if (isCut) return socket.destroy();
    const onward = connect(Number(new URL(to).port), '127.0.0.1');
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.setNoDelay(true);
      end.on('error', () => {});
      end.on('close', () => {
        sockets.delete(end);
        socket.destroy();
        onward.destroy();
      });
    }
    carry(socket, onward, false);
    carry(onward, socket, true);
    return socket;
  }).listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    cut,
    mend() {
      [isCut, isSwallowed, slowMs] = [false, false, 0];
    },
    slow(ms) {
      slowMs = ms;
    },
    swallow() {
      isSwallowed = true;
    },
    close() {
      cut();
      server.close();
    },
  };
}
