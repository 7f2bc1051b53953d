import type { KubeObject } from '../apimachinery/object.ts';

/** The API as a controller sees it: a guest like any other, with rights of its own. */
export interface Api {
  /** Rejects with an ApiFailure when the answer is not a success. */
  send(method: string, path: string, body?: object): Promise<KubeObject>;
  /** The body of a watch, line by line. */
  lines(path: string, signal: AbortSignal): AsyncIterable<string>;
}

/** An answer that was no success. The message is that of its Status. */
export class ApiFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
  }
}

export function apiOf(send: typeof fetch): Api {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await send(`https://binnacle${path}`, init);
    if (response.ok) return response;
    const status = (await response.json()) as { message?: string };
    throw new ApiFailure(response.status, status.message ?? 'no reason given');
  };
  return {
    async send(method, path, body) {
      const headers = { 'content-type': 'application/json' };
      const response = await ask(path, {
        method,
        ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
      });
      return (await response.json()) as KubeObject;
    },
    async *lines(path, signal) {
      const response = await ask(path, { signal });
      let rest = '';
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        yield* lines;
      }
    },
  };
}
