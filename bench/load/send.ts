import type { Connection } from './connection.ts';

/** One answer as the load generator sees it. */
export interface Answer {
  readonly status: number;
  readonly bytes: number;
  /** When the first byte of the body came, on the clock of `performance.now`; 0 without a body. */
  readonly firstByteAtMs: number;
  readonly error?: string | undefined;
}

/** Sends one request and reads its answer to the end without keeping it. Never rejects. */
export function send(
  connection: Connection,
  method: string,
  path: string,
  body: Buffer | undefined,
  contentType: string,
): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0;
    let bytes = 0;
    let firstByteAtMs = 0;
    connection.request(method, path, body, contentType, {
      status: (value) => {
        status = value;
      },
      data: (chunk) => {
        if (bytes === 0) firstByteAtMs = performance.now();
        bytes += chunk.length;
      },
      end: (error) => resolve({ status, bytes, firstByteAtMs, error }),
    });
  });
}

/** As `send`, with the body kept. Rejects unless the answer is a success. */
export function fetchBytes(
  connection: Connection,
  method: string,
  path: string,
  body?: Buffer,
  contentType = body ? 'application/json' : '',
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    connection.request(method, path, body, contentType, {
      status: (value) => {
        status = value;
      },
      data: (chunk) => chunks.push(chunk),
      end: (error) => {
        const whole = Buffer.concat(chunks);
        if (error === undefined && status >= 200 && status < 300) resolve(whole);
        else reject(new Error(`${method} ${path}: ${error ?? status} ${whole.toString('utf8', 0, 300)}`));
      },
    });
  });
}
