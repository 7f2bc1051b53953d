import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';

/** Where lines go. */
export interface LineFile {
  /** Resolves once the text is with the system; texts keep their order. */
  append(text: string): Promise<void>;
  /** Writes what is still waiting. */
  close(): Promise<void>;
}

export interface RotatingFileOptions {
  readonly path: string;
  readonly maxBytes: number;
  /** Rotated files that are kept. */
  readonly maxBackups: number;
  /** Age at which rotated files go. */
  readonly maxAgeDays: number;
  readonly compress: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const privateMode = 0o600;
const dayMs = 24 * 60 * 60 * 1000;

export const standardOutput: LineFile = {
  append: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    }),
  close: () => Promise.resolve(),
};

interface Waiting {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Appends to a file and, before it grows beyond a size, renames it to `NAME-2026-01-02T15-04-05.000.EXT` and begins anew.
 * Texts that come in while one is being written go out together. Rejects with a system error when the file cannot be opened.
 */
export async function openRotatingFile(options: RotatingFileOptions): Promise<LineFile> {
  const { path, maxBytes, clock, log } = options;
  await mkdir(dirname(path), { recursive: true });
  let file: FileHandle = await open(path, 'a', privateMode);
  let size = (await file.stat()).size;
  const waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  const rotate = async () => {
    await file.close();
    await rename(path, backupPath(path, clock.now()));
    file = await open(path, 'a', privateMode);
    size = 0;
    await tidy(options).catch((error) => log.warn('old audit logs could not be tidied up', { error }));
  };
  /** As many of the waiting texts as fit, the first one in any case. */
  const next = (): Waiting[] => {
    let bytes = size;
    const end = waiting.findIndex(({ text }, at) => {
      bytes += Buffer.byteLength(text);
      return at > 0 && bytes > maxBytes;
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  };
  const write = async () => {
    while (waiting.length > 0) {
      const full = size > 0 && size + Buffer.byteLength(waiting[0]!.text) > maxBytes;
      let batch: Waiting[] = [];
      try {
        if (full) await rotate();
        batch = next();
        const bytes = Buffer.from(batch.map(({ text }) => text).join(''));
        await file.appendFile(bytes);
        size += bytes.length;
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch.length > 0 ? batch : next()) failed(error);
      }
    }
    // In the same turn as the last look, so that nobody is left waiting.
    writing = undefined;
  };
  return {
    append: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, done: resolve, failed: reject });
        writing ??= write();
      }),
    async close() {
      await writing;
      await file.close();
    },
  };
}

/** `audit.log` → `audit-2026-01-02T15-04-05.000.log`, in UTC. */
function backupPath(path: string, nowMs: number): string {
  const extension = extname(path);
  const stamp = new Date(nowMs).toISOString().slice(0, -1).replaceAll(':', '-');
  return join(dirname(path), `${basename(path, extension)}-${stamp}${extension}`);
}

const stampPattern = String.raw`-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})`;

/** Compresses and removes rotated files. */
async function tidy({ path, maxBackups, maxAgeDays, compress, clock }: RotatingFileOptions): Promise<void> {
  const extension = extname(path);
  const pattern = new RegExp(
    `^${RegExp.escape(basename(path, extension))}${stampPattern}${RegExp.escape(extension)}(\\.gz)?$`,
  );
  const backups = (await readdir(dirname(path)))
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match ? [{ name, stamp: match[1]!, isCompressed: match[2] !== undefined }] : [];
    })
    .sort((a, b) => (a.stamp < b.stamp ? 1 : -1));
  const oldestMs = clock.now() - maxAgeDays * dayMs;
  for (const [at, { name, stamp, isCompressed }] of backups.entries()) {
    const file = join(dirname(path), name);
    if (at >= maxBackups || timeOf(stamp) < oldestMs) await rm(file, { force: true });
    else if (compress && !isCompressed) await compressFile(file);
  }
}

const timeOf = (stamp: string): number =>
  Date.parse(`${stamp.slice(0, 11)}${stamp.slice(11).replaceAll('-', ':')}Z`);

async function compressFile(path: string): Promise<void> {
  const target = `${path}.gz`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(target, { mode: privateMode }));
  await rm(path);
}
