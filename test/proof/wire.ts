import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { Agent, request } from 'node:https';

/** Where a server is, and the administrator's certificate for it. */
export interface Endpoint {
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

export interface AnswerReader {
  status(status: number): void;
  data(text: string): void;
  /** Once. With an error when the answer is not whole, or never came. */
  end(error?: Error): void;
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type?: string | undefined;
  readonly body?: string | undefined;
}

/** A client's way to a server. */
export interface Wire {
  /** Gives a function that breaks it off. */
  send(sent: Sent, reader: AnswerReader): () => void;
  /** Breaks every connection, as a network does. The next request makes a new one. */
  cut(): void;
}

const headersOf = ({ type, body }: Sent): Record<string, string> => ({
  accept: 'application/json',
  ...(body === undefined
    ? {}
    : { 'content-type': type ?? 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
});

/** Calls `end` once, whatever ends the answer first. */
function ending({ end }: AnswerReader): (error?: Error) => void {
  let ended = false;
  return (error) => {
    if (ended) return;
    ended = true;
    end(error);
  };
}

const isCut = () => new Error('the connection was cut');

export function http1Wire({ url, tls }: Endpoint): Wire {
  const agent = new Agent({ ...tls, keepAlive: true });
  const open = new Set<() => void>();
  return {
    send(sent, reader) {
      const { method, path, body } = sent;
      const end = ending(reader);
      const asked = request(`${url}${path}`, { method, agent, headers: headersOf(sent) }, (answer) => {
        reader.status(answer.statusCode ?? 0);
        answer.setEncoding('utf8').on('data', (text: string) => reader.data(text));
        answer.on('end', () => end());
        answer.on('error', end);
        answer.on('close', () => end(new Error('the answer is not whole')));
      });
      const abort = () => void asked.destroy(isCut());
      open.add(abort);
      asked.on('error', end);
      asked.on('close', () => {
        open.delete(abort);
        end(new Error('no answer'));
      });
      asked.end(body);
      return abort;
    },
    cut() {
      for (const abort of open) abort();
      agent.destroy();
    },
  };
}

export function http2Wire({ url, tls }: Endpoint): Wire {
  let session: ClientHttp2Session | undefined;
  const connected = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    session = connect(url, tls);
    session.on('error', () => {});
    session.unref();
    return session;
  };
  return {
    send(sent, reader) {
      const { method, path, body } = sent;
      const end = ending(reader);
      let stream: ClientHttp2Stream;
      try {
        stream = connected().request({ ':method': method, ':path': path, ...headersOf(sent) });
      } catch (error) {
        queueMicrotask(() => end(error as Error));
        return () => {};
      }
      stream.on('response', (headers) => reader.status(Number(headers[':status'])));
      stream.setEncoding('utf8').on('data', (text: string) => reader.data(text));
      stream.on('error', end);
      stream.on('end', () => !stream.aborted && stream.rstCode === 0 && end());
      stream.on('close', () => end(new Error(`the stream ended with code ${stream.rstCode}`)));
      stream.end(body);
      return () => void stream.destroy(isCut());
    },
    cut() {
      session?.destroy(isCut());
      session = undefined;
    },
  };
}
