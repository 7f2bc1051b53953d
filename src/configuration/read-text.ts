import { open } from 'node:fs/promises';
import { configError } from './config-error.ts';

/** Largest configuration file. */
export const maxConfigBytes = 1024 * 1024;

/** The text of a file that the operator named. Throws a ConfigError when it is missing, unreadable, too large or no UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path).catch((error: NodeJS.ErrnoException) => {
    throw configError(path, error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  if (bytes.length > maxConfigBytes) throw configError(path, `is larger than ${maxConfigBytes} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw configError(path, 'is not UTF-8 text');
  }
}

/** Reads one byte more than is allowed at most, also of what has no end. */
async function readBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(maxConfigBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}
