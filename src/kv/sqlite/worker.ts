import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { allLeases } from '../lease-table.ts';
import { openStore } from './database.ts';
import { textOf } from './errors.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts';
import { createService } from './service.ts';

/*
 * The worker thread: the only one that touches the database. It takes what has come, does one piece of work, and takes
 * again, so that everything that queued during a transaction goes into the next.
 */

const port = parentPort!;
const { path, maxBytes } = workerData as WorkerOptions;

const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

function start(): void {
  const { database, loaded } = openStore(path, maxBytes);
  const { revision, compactRevision, leaseTable } = database.versions;
  const service = createService(database, loaded.garbage, send);

  const takeWaiting = (): void => {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      service.take(next.message as ToWorker);
  };

  port.on('message', (message: ToWorker) => {
    service.take(message);
    do takeWaiting();
    while (service.work());
    if (!service.finished) return;
    database.close();
    send({ kind: 'closed' });
    port.close();
  });
  send({ kind: 'ready', revision, compactRevision, leases: allLeases(leaseTable) });
}

try {
  start();
} catch (error) {
  send({ kind: 'refused', message: textOf(error) });
  port.close();
}
