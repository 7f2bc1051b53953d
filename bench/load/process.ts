import type { FromLoadProcess, Job, JobResult, ToLoadProcess } from './jobs.ts';
import { runRequests } from './requests.ts';
import { runWatch } from './watch.ts';

/*
 * The load generator: a process of its own, so that what it costs is not taken from the server it measures. It gets jobs
 * from its parent and ends with it.
 */

const run = (job: Job): Promise<JobResult> => (job.kind === 'requests' ? runRequests(job) : runWatch(job));

process.on('message', ({ id, job }: ToLoadProcess) => {
  const answer = (message: FromLoadProcess) => process.send!(message);
  run(job).then(
    (result) => answer({ id, result }),
    (error: Error) => answer({ id, error: error.stack ?? error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
