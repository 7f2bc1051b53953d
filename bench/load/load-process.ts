import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromLoadProcess, Job, JobResult } from './jobs.ts';

export interface LoadProcess {
  readonly pid: number;
  run(job: Job): Promise<JobResult>;
  stop(): void;
}

/** Starts the load generator. Jobs run one after another. */
export function startLoadProcess(): LoadProcess {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), { execArgv: [] });
  const waiting = new Map<number, { resolve(result: JobResult): void; reject(error: Error): void }>();
  let nextId = 1;
  child.on('message', (message: FromLoadProcess) => {
    const job = waiting.get(message.id);
    waiting.delete(message.id);
    if ('result' in message) job?.resolve(message.result);
    else job?.reject(new Error(message.error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the load generator ended with ${code}`));
  });
  return {
    pid: child.pid!,
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        child.send({ id, job });
      }),
    stop: () => child.disconnect(),
  };
}
