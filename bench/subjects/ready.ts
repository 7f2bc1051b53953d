import { type Endpoint, openConnection } from '../load/connection.ts';
import { send } from '../load/send.ts';
import type { Child } from './child.ts';

const pollMs = 10;
const patienceMs = 120_000;

/** Asks until the server answers 200 on `path`, or its process has ended. */
export async function untilReady(endpoint: Endpoint, path: string, child: Child): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  const poll = async () => {
    while (performance.now() < deadlineMs) {
      if (await answers(endpoint, path)) return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    throw new Error(`${endpoint.url}${path} has not become ready`);
  };
  await Promise.race([poll(), child.failed]);
}

async function answers(endpoint: Endpoint, path: string): Promise<boolean> {
  try {
    const connection = await openConnection(endpoint);
    const { status } = await send(connection, 'GET', path, undefined, '');
    connection.close();
    return status === 200;
  } catch {
    return false;
  }
}
