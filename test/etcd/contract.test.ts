import { delay, realClock } from '../../src/apimachinery/clock.ts';
import type { Kv } from '../../src/kv/types.ts';
import { kvSuite } from '../kv/suite.ts';
import { openKv, startEtcd } from './start-etcd.ts';

const largestValue = 8 * 1_024 * 1_024;

kvSuite({
  name: 'etcd',
  async withStore(use) {
    const etcd = await startEtcd([`--max-request-bytes=${2 * largestValue}`]);
    let kv: Kv | undefined;
    const open = async () => (kv = await openKv(etcd));
    try {
      // Leases run on etcd's own clock.
      await use({ kv: await open(), passTime: (ms) => delay(realClock, ms), reopen: open });
    } finally {
      await kv?.close();
      await etcd.remove();
    }
  },
  exemptions: {
    K24: 'etcd deletes all keys of a lease that ran out at one revision; faults.test.ts shows what holds',
  },
});
