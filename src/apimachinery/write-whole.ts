import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

const ownerOnly = 0o600;

/**
 * Makes `target` out of `partial`, all of it or nothing, and durably; nobody but its owner may read it. `write` fills a file that is
 * there.
 */
export async function writing<T>(partial: string, target: string, write: () => Promise<T>): Promise<T> {
  const clean = () => {
    // SQLite's own files beside a database too.
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(partial + end, { force: true });
  };
  clean();
  try {
    closeSync(openSync(partial, 'wx', ownerOnly));
    const result = await write();
    // A copy has the mode of what it was copied from.
    chmodSync(partial, ownerOnly);
    sync(partial);
    renameSync(partial, target);
    sync(dirname(target));
    return result;
  } finally {
    clean();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
