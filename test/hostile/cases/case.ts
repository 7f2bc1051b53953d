import type { Answer, Sent } from '../h1.ts';
import { assertStatus, type HostileServer } from '../server.ts';

/** One bad deed, and what must come of it. `run` throws when something else does. */
export interface Case {
  readonly name: string;
  run(server: HostileServer): Promise<void>;
}

/** A request that must be refused with one of these codes and a Status whose message fits. */
export function refused(name: string, sent: Sent, code: number | readonly number[], message?: RegExp): Case {
  return {
    name,
    async run(server) {
      const answer = await server.send(sent);
      const codes = typeof code === 'number' ? [code] : code;
      const expected = codes.includes(answer.status) ? answer.status : codes[0]!;
      const status = assertStatus(answer, expected);
      if (message && !message.test(String(status['message']))) {
        throw new Error(`unexpected message: ${String(status['message']).slice(0, 500)}`);
      }
    },
  };
}

/** A request that is odd and all the same allowed. */
export function allowed(
  name: string,
  sent: Sent,
  code: number,
  check?: (answer: Answer, server: HostileServer) => void | Promise<void>,
): Case {
  return {
    name,
    async run(server) {
      const answer = await server.send(sent);
      if (answer.status !== code) {
        throw new Error(`${answer.status} ${answer.body.toString('latin1', 0, 500)}`);
      }
      await check?.(answer, server);
    },
  };
}

export const configMaps = '/api/v1/namespaces/default/configmaps';

export const post = (body: unknown, path = configMaps): Sent => ({
  method: 'POST',
  path,
  body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
});

export const withType = (sent: Sent, type: string): Sent => ({
  ...sent,
  headers: [...(sent.headers ?? []), ['content-type', type]],
});

export const yaml = (text: string, path?: string): Sent => withType(post(text, path), 'application/yaml');
