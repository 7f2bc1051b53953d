import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromStoreProcess, StoreJob, ToStoreProcess, Writes } from './store-messages.ts';

/** A store in a process of its own, with writers. */
export interface DrivenStore {
  /** One call at a time. */
  write(writes: number): Promise<Writes>;
  stop(): Promise<void>;
}

/** Resolves when every key has been written once. */
export async function startDrivenStore(job: StoreJob): Promise<DrivenStore> {
  const path = fileURLToPath(new URL('./store-process.ts', import.meta.url));
  const child = fork(path, [JSON.stringify(job)], { execArgv: [] });
  const answer = () =>
    new Promise<FromStoreProcess>((resolve, reject) => {
      const ended = () => reject(new Error("the store's process has ended"));
      child.once('exit', ended);
      child.once('message', (message: FromStoreProcess) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  await answer();
  return {
    async write(writes) {
      const message: ToStoreProcess = { writes };
      child.send(message);
      return (await answer()) as Writes;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
