import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import type { Slices } from '../../apimachinery/slices.ts';
import type { Exchange, Handler } from '../../endpoints/exchange.ts';
import type { Timeouts } from './limits.ts';

/** An exchange whose signal somebody listens to. */
export interface Abortable {
  abortSignal(reason: Error): void;
}

/** What every connection of one listener shares. */
export interface ListenerContext {
  readonly handler: Handler;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeouts: Timeouts;
  /** Exchanges in flight whose signal has been asked for. */
  readonly abortables: Set<Abortable>;
  /**
   * A thousand clients that come back at once (after a restart, say) are served in slices, so that those who are already there, and
   * health checks, are not kept waiting for all of them.
   */
  readonly slices: Slices;
  /** Set once closing has begun. */
  stopping: boolean;
}

/** Hands an exchange to the core. The core never rejects; should it do so anyway, the client sees a broken answer, not a hang. */
export function serve(context: ListenerContext, exchange: Exchange): void {
  const failed = (error: unknown) => {
    context.log.error('the core failed to answer a request', {
      method: exchange.method,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    exchange.sink.abort();
  };
  context.slices.start(() => void context.handler(exchange).catch(failed));
}
