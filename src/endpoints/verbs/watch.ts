import { ApiError, bareError, notAcceptable, tooManyRequests } from '../../apimachinery/status.ts';
import type { Target } from '../../registry/context.ts';
import { listPrefix, objectKey } from '../../storage/keys.ts';
import { settleRule } from '../../storage/settle.ts';
import { Watch } from '../../storage/watch.ts';
import type { Core } from '../core.ts';
import { type ListOptions, parseListOptions } from '../options/list-options.ts';
import { representationFor } from '../representations/choose.ts';
import type { Request } from '../request.ts';
import { toApiError } from '../respond.ts';
import { errorFrame } from '../watch/frames.ts';
import { openOutlet, type WatchOutlet } from '../watch/outlet.ts';
import { streamWatch } from '../watch/stream.ts';
import type { Verb } from './verb.ts';

/** Watches open at once: each holds memory for as long as it lasts. */
const maxWatches = 100_000;
const watchRetrySeconds = 5;

/** GET with `watch=1`, and the deprecated `/watch/` paths. */
export const watch: Verb = async (core, request, target) => {
  const options = parseListOptions(request.info.query, target, true);
  const representation = representationFor(request, target, 'object', core.registry.clock);
  if (!representation.watchContentType) throw notAcceptable(['application/json']);
  if (core.registry.store.cache.subscriberCount() >= maxWatches) {
    throw tooManyRequests('too many watches, please try again later', watchRetrySeconds);
  }
  // 0 is no wish of one's own.
  const timeoutSeconds = options.timeoutSeconds || randomTimeout(core);
  const opened = timeoutSeconds < 0 ? tooLate(options) : await open(core, request, target, options);
  const outlet = await outletFor(request, representation.watchContentType, opened);
  if (opened === undefined) return outlet.end();
  if (opened instanceof ApiError) {
    outlet.send([errorFrame(opened)]);
    return outlet.end();
  }
  await streamWatch(core, {
    watch: opened,
    outlet,
    representation,
    bookmarks: options.allowBookmarks,
    timeoutSeconds,
    onBegun: () => request.seat && core.flowControl.leave(request.seat),
  });
};

/**
 * Once a watch has been let in and read, what goes wrong is told as an ERROR event in a stream that was opened all the
 * same (cacher `newErrWatcher`).
 */
async function open(
  core: Core,
  request: Request,
  target: Target,
  options: ListOptions,
): Promise<Watch | ApiError> {
  const { store, clock, layout } = core.registry;
  const { definition, namespace, name } = target;
  const wanted = name || (namespace || definition.scope === 'Cluster' ? options.selection.name : undefined);
  const prefix = wanted
    ? objectKey(layout, definition, namespace, wanted)
    : listPrefix(layout, definition, namespace);
  try {
    const fromState = wantsState(options);
    await settleRule(store, clock, stateRule(options, fromState));
    return await Watch.open(store, {
      prefix,
      selection: options.selection,
      // 0 is whatever there is: without initial events, what happens from now on.
      after: fromState ? undefined : options.resourceVersion || store.cache.revision,
      markInitialEnd: options.sendInitialEvents === true && options.allowBookmarks,
    });
  } catch (error) {
    return toApiError(error, (unexpected) =>
      core.log.error('watch failed', { error: unexpected, path: request.info.path }),
    );
  }
}

/** A watch whose reader cannot be reached is over. */
async function outletFor(
  request: Request,
  contentType: string,
  opened: Watch | ApiError | undefined,
): Promise<WatchOutlet> {
  try {
    return await openOutlet(request, contentType);
  } catch (error) {
    if (opened instanceof Watch) opened.stop();
    throw error;
  }
}

/**
 * A time below 0 is over before anything was read: where the newest state has to be waited for that is an error, and
 * otherwise an empty stream.
 */
const tooLate = ({ resourceVersion }: ListOptions): ApiError | undefined =>
  resourceVersion === undefined
    ? new ApiError({ ...bareError('context deadline exceeded').status, reason: 'InternalError' })
    : undefined;

/** Unset and 0 mean "what there is, then what happens", unless `sendInitialEvents` says otherwise. */
const wantsState = ({ resourceVersion, sendInitialEvents }: ListOptions): boolean =>
  sendInitialEvents ?? (resourceVersion === undefined || resourceVersion === 0);

function stateRule({ resourceVersion }: ListOptions, fromState: boolean) {
  if (resourceVersion === undefined) return { kind: 'newest' } as const;
  if (resourceVersion > 0 && fromState) return { kind: 'notOlderThan', revision: resourceVersion } as const;
  return { kind: 'any' } as const;
}

/** Between one and two times the minimum, so that watches do not all end at once. */
const randomTimeout = ({ minRequestTimeoutSeconds, registry }: Core): number =>
  minRequestTimeoutSeconds + registry.random.int(Math.max(1, minRequestTimeoutSeconds));
