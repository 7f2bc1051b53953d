import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Case } from './cases/case.ts';
import { type HostileServer, hangCanaries, startHostileServer } from './server.ts';

/** Processor time of the main thread without a break that is worth telling, and that is no longer tolerated. */
const slowMs = 250;
const stuckMs = 4_000;

/** Sends what is in `tables`, by name, to a durable server, which is looked at after each case. */
export function sendBadInput(tables: Readonly<Record<string, readonly Case[]>>): void {
  describe('bad input to the durable server', { timeout: 600_000 }, () => {
    let server: HostileServer;
    let assertUntouched: () => Promise<void>;

    before(async () => {
      server = await startHostileServer();
      assertUntouched = await hangCanaries(server);
    });
    after(() => server[Symbol.asyncDispose]());

    for (const [table, cases] of Object.entries(tables)) {
      describe(table, () => {
        for (const { name, run } of cases) {
          test(name, async (t) => {
            await server.pulse();
            await run(server);
            const { longestMs, unexpected } = await server.pulse();
            assert.deepEqual(unexpected, []);
            assert.ok(longestMs < stuckMs, `the main thread was stuck for ${longestMs} ms`);
            if (longestMs > slowMs) t.diagnostic(`the main thread was busy for ${longestMs} ms: ${name}`);
            await assertUntouched();
          });
        }
      });
    }
  });
}
