import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { kvSuite } from './suite.ts';

kvSuite({
  name: 'sqlite',
  async withStore(use) {
    const directory = mkdtempSync(join(tmpdir(), 'kv-'));
    const clock = virtualClock();
    let kv: Kv | undefined;
    const open = async () => (kv = await openSqliteKv({ path: join(directory, 'store.db'), clock }));
    const passTime = async (ms: number) => {
      clock.advance(ms);
      // What fell due was queued by now; an answer to a later question comes after it.
      await nextTurn();
      await kv!.count('/t/');
    };
    try {
      await use({ kv: await open(), passTime, reopen: open });
    } finally {
      await kv?.close();
      rmSync(directory, { recursive: true });
    }
  },
  exemptions: {},
});
