import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      // What fell due has been queued by now, and a later write is answered after it.
      await kv!.deleteIf('/none', 0);
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
