import { open } from 'node:fs/promises';
import { writing } from '../apimachinery/write-whole.ts';
import type { SnapshotPiece } from '../kv/etcd/upkeep.ts';

/** Writes the pieces into a new file, all of them or nothing. Gives its length. */
export function saveSnapshot(
  pieces: AsyncIterable<SnapshotPiece>,
  target: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const partial = `${target}.partial`;
  return writing(partial, target, async () => {
    const file = await open(partial, 'w', 0o600);
    let done = 0;
    try {
      for await (const { bytes, remaining } of pieces) {
        await file.writeFile(bytes);
        done += bytes.length;
        onProgress(done, done + remaining);
      }
    } finally {
      await file.close();
    }
    return done;
  });
}
