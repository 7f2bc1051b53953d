import type { UserInfo } from '../../apimachinery/user.ts';
import type { ClientTransport } from '../../client/transport.ts';
import type { Handler } from '../../endpoints/exchange.ts';
import { call } from './exchange.ts';

/** Reaches the core of this process as `user`. Answers are taken as fast as they come. */
export function inProcessTransport(handler: Handler, user: UserInfo): ClientTransport {
  return {
    ask({ method, target, headers, body }) {
      return new Promise((resolve, reject) => {
        const chunks: Uint8Array[] = [];
        let status = 0;
        let answered: Readonly<Record<string, string>> = {};
        call(
          handler,
          { method, target, headers, user, body },
          {
            head(code, given) {
              status = code;
              answered = given;
            },
            data: (chunk) => void chunks.push(chunk),
            end: () =>
              resolve({
                status,
                headers: answered,
                body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
              }),
            fail: reject,
            pendingBytes: () => 0,
          },
        );
      });
    },
    stream({ method, target, headers, body }, receiver) {
      let closed = false;
      const running = call(
        handler,
        { method, target, headers, user, body },
        {
          head: (status) => closed || receiver.head(status),
          data: (chunk) => closed || receiver.data(chunk),
          end: () => closed || receiver.end(),
          fail: (error) => closed || receiver.end(error),
          pendingBytes: () => 0,
        },
      );
      return {
        close() {
          if (closed) return;
          closed = true;
          running.cancel();
        },
      };
    },
  };
}
