import type { Clock } from '../../src/apimachinery/clock.ts';
import type { Content, Key, Scope, Seen } from './objects.ts';

/*
 * What was asked, what was answered and what watches said, in the order in which the clients saw it. All clients live in one process, so
 * one counter orders everything: what has a smaller number was over before what has a larger one began.
 */

export type ListRule = 'newest' | 'any' | 'notOlderThan' | 'exact';

export type Asked =
  | { readonly verb: 'create'; readonly key: Key; readonly content: Content }
  /** `expected`: the resourceVersion that is sent along. */
  | {
      readonly verb: 'update';
      readonly key: Key;
      readonly content: Content;
      readonly expected: number | undefined;
    }
  /** A merge patch, or with `testedOp` a JSON patch that asks for the present state's `op` first. */
  | {
      readonly verb: 'patch';
      readonly key: Key;
      readonly content: Content;
      readonly expected: number | undefined;
      readonly testedOp: string | undefined;
    }
  | { readonly verb: 'delete'; readonly key: Key; readonly expected: number | undefined }
  | { readonly verb: 'deletecollection'; readonly scope: Scope }
  /** `revision`: undefined for the newest, 0 for any, else not older than that. */
  | { readonly verb: 'get'; readonly key: Key; readonly revision: number | undefined }
  | {
      readonly verb: 'list';
      readonly scope: Scope;
      readonly rule: ListRule;
      readonly revision: number | undefined;
      readonly limit: number | undefined;
      /** A further page: what the one before said, and its last key. */
      readonly from: { readonly revision: number; readonly after: Key; readonly token: string } | undefined;
    };

/** What a call came to. `refused`: certainly without effect; `unknown`: nobody can tell. */
export type Outcome =
  | { readonly type: 'object'; readonly status: number; readonly object: Seen }
  /** A Status for an answer, which a delete may be. */
  | { readonly type: 'done'; readonly status: number; readonly uid: string }
  | {
      readonly type: 'list';
      readonly status: number;
      readonly revision: number;
      readonly items: readonly Seen[];
      readonly token: string | undefined;
    }
  | { readonly type: 'refused'; readonly status: number; readonly reason: string; readonly message: string }
  | { readonly type: 'unknown'; readonly why: string };

export interface Call {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  readonly asked: Asked;
  readonly invoked: number;
  readonly invokedMs: number;
  /** Absent while it is under way; of an unknown outcome the moment when the client gave up. */
  completed?: number;
  outcome?: Outcome;
}

export interface WatchItem {
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly revision: number;
  readonly object: Seen | undefined;
  /** Of a bookmark that ends the initial events. */
  readonly endsInitial: boolean;
}

export interface WatchRecord {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  readonly scope: Scope;
  /** After which revision; undefined: from the present state, which a bookmark ends. */
  readonly after: number | undefined;
  readonly opened: number;
  readonly openedMs: number;
  readonly items: WatchItem[];
  /** Why it is over. `code` is that of an ERROR event or of a refusal. */
  ended?: { readonly at: number; readonly why: string; readonly code?: number };
}

export interface FaultRecord {
  readonly at: number;
  readonly atMs: number;
  readonly what: string;
  /** Of a compaction: everything below may be refused from now on. */
  readonly compacted?: number;
}

export interface History {
  readonly calls: readonly Call[];
  readonly watches: readonly WatchRecord[];
  readonly faults: readonly FaultRecord[];
}

export interface Recorder extends History {
  /** The call is about to be sent. */
  begin(client: string, server: string, asked: Asked): Call;
  end(call: Call, outcome: Outcome): void;
  watch(client: string, server: string, scope: Scope, after: number | undefined): WatchRecord;
  item(watch: WatchRecord, item: Omit<WatchItem, 'at'>): void;
  endWatch(watch: WatchRecord, why: string, code?: number): void;
  fault(what: string, compacted?: number): void;
}

export function createRecorder(clock: Clock): Recorder {
  const calls: Call[] = [];
  const watches: WatchRecord[] = [];
  const faults: FaultRecord[] = [];
  const startMs = clock.monotonicMs();
  const ms = () => Math.round(clock.monotonicMs() - startMs);
  let last = 0;
  const next = () => ++last;
  return {
    calls,
    watches,
    faults,
    begin(client, server, asked) {
      const id = next();
      const call: Call = { id, client, server, asked, invoked: id, invokedMs: ms() };
      calls.push(call);
      return call;
    },
    end(call, outcome) {
      if (call.outcome) return;
      call.completed = next();
      call.outcome = outcome;
    },
    watch(client, server, scope, after) {
      const id = next();
      const watch: WatchRecord = { id, client, server, scope, after, opened: id, openedMs: ms(), items: [] };
      watches.push(watch);
      return watch;
    },
    item(watch, item) {
      watch.items.push({ ...item, at: next() });
    },
    endWatch(watch, why, code) {
      watch.ended ??= { at: next(), why, ...(code === undefined ? {} : { code }) };
    },
    fault(what, compacted) {
      faults.push({ at: next(), atMs: ms(), what, ...(compacted === undefined ? {} : { compacted }) });
    },
  };
}

/** How an outcome or the end of a watch begins that is no answer of an API server: the checker takes offence. */
export const unreadable = 'unreadable: ';

/** Every revision that a call's answer shows. */
export function revisionsOf(outcome: Outcome | undefined): number[] {
  if (outcome?.type === 'object') return [outcome.object.revision];
  if (outcome?.type !== 'list') return [];
  return [outcome.revision, ...outcome.items.map(({ revision }) => revision)];
}
