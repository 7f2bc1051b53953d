import type { ClientRequest, ClientTransport } from './transport.ts';

/** Reaches a server by any WHATWG `fetch`, which knows who is asking. */
export function fetchTransport(send: typeof fetch, base = 'https://binnacle'): ClientTransport {
  const begin = ({ method, target, headers, body }: ClientRequest, signal?: AbortSignal): Promise<Response> =>
    send(base + target, {
      method,
      headers,
      ...(body ? { body: new Uint8Array(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  return {
    async ask(request) {
      const response = await begin(request);
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), body };
    },
    stream(request, receiver) {
      const closing = new AbortController();
      const { signal } = closing;
      const read = async () => {
        const response = await begin(request, signal);
        receiver.head(response.status);
        for await (const chunk of response.body ?? []) {
          if (signal.aborted) return;
          receiver.data(chunk);
        }
      };
      read().then(
        () => signal.aborted || receiver.end(),
        (error: unknown) =>
          signal.aborted || receiver.end(error instanceof Error ? error : new Error(String(error))),
      );
      return { close: () => closing.abort() };
    },
  };
}
