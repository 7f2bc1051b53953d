import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRecord } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { checkAnswer, checkChanges, checkPrototypes, ledgerOf } from './check.ts';
import { type Answer, type BareCore, type Sent, startBareCore } from './core.ts';
import { firstRequests, type Known, someRequest } from './requests.ts';
import { seedsOfBugs } from './seeds.ts';

/*
 * The whole server behind its transports, asked at random after the grammar of the API. `SEED=7` runs one seed alone,
 * `REQUESTS=100000` sends more of each.
 */

const requests = Number(process.env['REQUESTS'] ?? 8_000);
const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : [1, ...seedsOfBugs.map(([seed]) => seed)];

/** Requests between two looks at everything that is stored. */
const auditEvery = 250;
const maxTokens = 8;

describe('random requests', () => {
  for (const seed of seeds) {
    test(`are answered, and touch what they name (SEED=${seed})`, async () => {
      const random = seededRandom(seed);
      await using core = await startBareCore(seededRandom(seed + 1));
      for (const first of firstRequests) await core.send(first);
      core.changes();
      const ledger = await ledgerOf(core);
      const known: Known = { revision: core.kv.revision(), tokens: [] };
      for (let i = 0; i < requests; i++) {
        const sent = someRequest(random, known);
        try {
          const answer = await core.send(sent);
          const changes = core.changes();
          assert.deepEqual(core.unexpected(), []);
          checkAnswer(sent, answer);
          checkChanges(sent, answer, changes);
          checkPrototypes();
          ledger.enter(changes);
          if (i % auditEvery === 0) await ledger.assertTrue();
          learn(known, core, answer);
        } catch (error) {
          throw new Error(`SEED=${seed}, request ${i}: ${textOf(sent)}`, { cause: error });
        }
      }
      await ledger.assertTrue();
    });
  }
});

function textOf({ method, target, headers, body }: Sent): string {
  const text = body === undefined ? '' : Buffer.from(body as string).toString('latin1', 0, 3_000);
  return `${method} ${target} ${JSON.stringify(headers)} ${text}`;
}

/** Keeps what later requests build on. */
function learn(known: Known, { kv }: BareCore, { headers, body, complete }: Answer): void {
  known.revision = kv.revision();
  if (
    !complete ||
    !(headers['content-type'] ?? '').startsWith('application/json') ||
    !body.includes('"continue"')
  )
    return;
  const text = body.toString();
  const isPretty = text.startsWith('{\n');
  const value: unknown = JSON.parse(isPretty ? text : text.split('\n')[0]!);
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  if (!isRecord(metadata) || typeof metadata['continue'] !== 'string') return;
  known.tokens.push(metadata['continue']);
  if (known.tokens.length > maxTokens) known.tokens.shift();
}
