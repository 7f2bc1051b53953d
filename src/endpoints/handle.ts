import { anonymousUser } from '../apimachinery/user.ts';
import { auditIdOf } from './chain/audit.ts';
import { chain } from './chain/steps.ts';
import type { Core } from './core.ts';
import { dispatch } from './dispatch.ts';
import type { Exchange, Handler } from './exchange.ts';
import type { Request } from './request.ts';
import type { RequestInfo } from './request-info.ts';
import { respondError } from './respond.ts';

/** The core: a function of a request. Every transport calls it; every failure becomes an answer here. */
export function createHandler(core: Core): Handler {
  const report = (error: unknown) => core.log.error('request failed unexpectedly', { error });
  return async (exchange) => {
    const request = newRequest(core, exchange);
    core.metrics.started(request);
    core.deadlines.begin(request);
    try {
      for (const step of chain) {
        const waiting = step.run(core, request);
        if (waiting) await waiting;
        if (request.code !== 0) return;
      }
      await dispatch(core, request);
    } catch (error) {
      if (exchange.signal.aborted && request.code === 0) exchange.sink.abort();
      else respondError(request, error, report);
    } finally {
      core.deadlines.end(request);
      giveBack(core, request);
      request.audit?.complete();
      core.metrics.finished(request);
    }
  };
}

function giveBack({ flowControl }: Core, { seat }: Request): void {
  if (!seat) return;
  flowControl.leave(seat);
  flowControl.forget(seat);
}

const unread: RequestInfo = {
  path: '',
  query: new URLSearchParams(),
  isResource: false,
  verb: '',
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  rest: '',
};

const newRequest = (core: Core, exchange: Exchange): Request => ({
  exchange,
  startMs: core.registry.clock.monotonicMs(),
  info: unread,
  user: anonymousUser,
  userAnnotations: undefined,
  seat: undefined,
  timeoutMs: undefined,
  auditId: auditIdOf(core, exchange),
  cors: undefined,
  audit: undefined,
  warnings: [],
  resolved: false,
  code: 0,
});
