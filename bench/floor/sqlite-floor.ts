import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JobResult } from '../load/jobs.ts';
import type { FromSqliteProcess, SqliteJob } from './sqlite-messages.ts';

export interface SqliteFloor {
  readonly name: string;
  readonly pids: readonly number[];
  run(job: SqliteJob): Promise<JobResult>;
  stop(): void;
}

/** Starts bare SQLite on the file `path`. Jobs run one after another. */
export function startSqliteFloor(path: string): SqliteFloor {
  const child = fork(fileURLToPath(new URL('./sqlite-process.ts', import.meta.url)), [path], {
    execArgv: [],
  });
  let nextId = 1;
  return {
    name: 'bare SQLite',
    pids: [child.pid!],
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        const onExit = () => reject(new Error('bare SQLite has ended'));
        child.once('exit', onExit);
        child.once('message', (message: FromSqliteProcess) => {
          child.off('exit', onExit);
          resolve(message.result);
        });
        child.send({ id, job });
      }),
    stop: () => child.disconnect(),
  };
}
