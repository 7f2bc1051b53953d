import type { LogRequest, NodeLink } from '../../apimachinery/node-link.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';
import { startResponse } from '../respond.ts';

/** Sends what a container has written, and what it still writes when that is asked for, as fast as it is read. */
export async function sendLog(
  core: Core,
  request: Request,
  link: NodeLink,
  wanted: LogRequest,
): Promise<void> {
  const { sink } = request.exchange;
  const ends = new AbortController();
  const end = () => ends.abort();
  const forget = [onAbort(wanted.signal, end), onAbort(core.stopping, end)];
  if (wanted.signal.aborted || core.stopping.aborted) end();
  try {
    const log = await link.logs({ ...wanted, signal: ends.signal });
    startResponse(request, 200, { 'content-type': 'text/plain' });
    for await (const bytes of log) {
      if (!sink.write(bytes)) await sink.drained();
    }
    sink.end();
  } finally {
    for (const one of forget) one();
  }
}
