import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bodies } from './cases/bodies.ts';
import type { Case } from './cases/case.ts';
import { connections } from './cases/connections.ts';
import { heavyCases } from './cases/heavy.ts';
import { keys } from './cases/keys.ts';
import { options } from './cases/options.ts';
import { patches } from './cases/patches.ts';
import { paths } from './cases/paths.ts';
import { protobuf } from './cases/protobuf.ts';
import { type HostileServer, hangCanaries, startHostileServer } from './server.ts';

/** Processor time of the main thread without a break that is worth telling, and that is no longer tolerated. */
const slowMs = 250;
const stuckMs = 4_000;

const tables: Readonly<Record<string, readonly Case[]>> = {
  bodies,
  connections,
  heavy: heavyCases,
  keys,
  options,
  patches,
  paths,
  protobuf,
};

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
