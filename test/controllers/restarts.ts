import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import type { ClientTransport } from '../../src/client/transport.ts';
import { startControllers } from '../../src/controllers/index.ts';
import { timeOf } from '../../src/testing/time.ts';
import type { Stage } from './kit.ts';

const nobody = () => Promise.reject(new Error('not part of this test'));

/** Controllers in a process beside the server. They die after so many writes, of which the last is done and never answered. */
export function manager(
  { cluster, clock }: Stage,
  controllers: readonly string[],
  writes = Number.POSITIVE_INFINITY,
) {
  const transport = fetchTransport(cluster.fetch);
  let left = writes;
  const dying: ClientTransport = {
    async ask(request) {
      if (left <= 0) throw new Error('this process is dead');
      const answer = await transport.ask(request);
      // Events tell, and change nothing.
      const changes = request.method !== 'GET' && !request.target.endsWith('/events');
      if (changes && --left <= 0) throw new Error('this process is dead');
      return answer;
    },
    stream: transport.stream,
  };
  const running = startControllers(controllers, {
    clock,
    random: seededRandom(2),
    log: silentLog,
    transportOf: () => dying,
    ...{ authority: nobody, signToken: nobody, rootCa: undefined },
  });
  const { settled } = timeOf(clock, running);
  return { settled, stop: running.stop, isDead: () => left <= 0 };
}

/**
 * Lets controllers work while `scenario` goes on, has them die after `writes` writes, and begins them anew for `ending`. Resolves
 * with whether they died: false when there were no more writes.
 */
export async function diesAfter(
  stage: Stage,
  controllers: readonly string[],
  writes: number,
  scenario: (settled: () => Promise<void>) => Promise<void>,
  ending: (settled: () => Promise<void>) => Promise<void>,
): Promise<boolean> {
  const first = manager(stage, controllers, writes);
  await first.settled();
  await scenario(first.settled);
  await first.stop();
  const second = manager(stage, controllers);
  await second.settled();
  await ending(second.settled);
  await second.stop();
  return first.isDead();
}
