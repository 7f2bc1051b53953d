import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Something is wrong with a file of the key store. The message names the file and is meant for the person at the terminal. */
export class PkiError extends Error {
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.name = 'PkiError';
  }
}

export const privateMode = 0o600;
export const publicMode = 0o644;
const directoryMode = 0o700;

/** The text of a file; undefined when it does not exist. Other errors name the file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PkiError(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

/** The text of a file that somebody named; that it is missing is an error. */
export async function readNamed(path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new PkiError(path, 'no such file');
  return text;
}

/** Replaces a file in one step: after a crash it holds the old text or the new one, never a part. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/**
 * Makes a directory and those above it that are missing; rejects with the system's error. Not `mkdir` with `recursive`, which
 * never returns where a directory is there but nothing can be made in it, as below `/proc`.
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: directoryMode });
  const made = await make().catch((error: NodeJS.ErrnoException) => error);
  if (made === undefined) return;
  if (made.code === 'EEXIST' && (await stat(path)).isDirectory()) return;
  const parent = dirname(path);
  if (made.code !== 'ENOENT' || parent === path || existsSync(parent)) throw made;
  await makePrivateDirectory(parent);
  await makePrivateDirectory(path);
}

/** Makes renames in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `writeAtomically` for one file on its own. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  await writeAtomically(path, text, mode);
  await syncDirectory(dirname(path));
}
