import { nextTurn } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import type { ClientAnswer, ClientTransport } from '../../src/client/transport.ts';
import { startControllers } from '../../src/controllers/index.ts';
import type { Stage } from './kit.ts';

/** What others answer beside the cluster, by path without query; a number is a status without a body. */
export type Answers = Record<string, object | number>;

export interface Autoscaling extends AsyncDisposable {
  readonly answers: Answers;
  /** What it was asked for: `GET /apis/…`. */
  readonly asked: string[];
  /** Moves time, and waits until everybody has done their work. */
  advance(ms: number): Promise<void>;
  /** Waits until everybody has done their work. */
  settled(): Promise<void>;
  /** The controller stops, and another one starts. */
  restart(): Promise<void>;
}

/** The autoscaler beside a cluster, with metrics APIs that answer what the test says. */
export async function autoscaling({ cluster, clock }: Stage): Promise<Autoscaling> {
  const answers: Answers = {};
  const asked: string[] = [];
  const start = () =>
    startControllers(['horizontal-pod-autoscaler-controller'], {
      transportOf: () => withAnswers(fetchTransport(cluster.fetch), answers, asked),
      clock,
      random: seededRandom(3),
      log: silentLog,
      authority: () => Promise.reject(new Error('there is no authority')),
      rootCa: undefined,
      signToken: () => Promise.reject(new Error('there is no key')),
    });
  let running = start();
  const settled = async () => {
    for (let quiet = 0; quiet < 5; quiet = running.isBusy() ? 0 : quiet + 1) {
      await new Promise<void>((resolve) => nextTurn(resolve));
      await cluster.settled();
    }
  };
  const periodMs = 15_000;
  await settled();
  return {
    answers,
    asked,
    settled,
    async advance(ms) {
      for (let left = ms; left > 0; left -= periodMs) {
        await cluster.advance(Math.min(left, periodMs));
        await settled();
      }
    },
    async restart() {
      await running.stop();
      running = start();
      await settled();
    },
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

function withAnswers(transport: ClientTransport, answers: Answers, asked: string[]): ClientTransport {
  return {
    stream: transport.stream,
    ask(request) {
      const [path] = request.target.split('?');
      const answer = Object.hasOwn(answers, path!) ? answers[path!] : undefined;
      if (answer === undefined) return transport.ask(request);
      asked.push(`${request.method} ${request.target}`);
      return Promise.resolve(answerOf(answer));
    },
  };
}

const answerOf = (answer: object | number): ClientAnswer => ({
  status: typeof answer === 'number' ? answer : 200,
  headers: {},
  body: Buffer.from(typeof answer === 'number' ? '' : JSON.stringify(answer)),
});
