import type { Request } from './request.ts';

/** Answers below this are not worth compressing (upstream `defaultGzipThresholdBytes`). */
export const gzipThresholdBytes = 128 * 1024;

/** Whether the sender understands gzip. */
export const acceptsGzip = ({ exchange }: Request): boolean =>
  (exchange.headers['accept-encoding'] ?? '')
    .split(',')
    .some((coding) => coding.split(';')[0]!.trim() === 'gzip');

const compressed = new WeakMap<Buffer, Promise<Buffer>>();

/** Bytes that are sent again and again, compressed once, beside the event loop. */
export function gzipped(bytes: Buffer): Promise<Buffer> {
  let made = compressed.get(bytes);
  if (!made) {
    // Loaded by the first answer that is compressed.
    const { gzip } = process.getBuiltinModule('node:zlib');
    made = new Promise((resolve, reject) => {
      gzip(bytes, (error, result) => (error ? reject(error) : resolve(result)));
    });
    compressed.set(bytes, made);
    made.catch(() => compressed.delete(bytes));
  }
  return made;
}
