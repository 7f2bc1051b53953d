import { systemPrivilegedGroup } from '../apimachinery/user.ts';
import type { FlowControl, Seat } from './types.ts';

export interface MaxInFlightOptions {
  /** Requests that only read; 0 for any number. */
  readonly maxRequests: number;
  /** Requests that change something; 0 for any number. */
  readonly maxMutatingRequests: number;
}

const readOnlyVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

type Kind = 'readOnly' | 'mutating';

const free: Seat = Object.freeze({ headers: undefined, retryAfterSeconds: undefined, waiting: undefined });
const refused: Seat = Object.freeze({ ...free, retryAfterSeconds: 1 });

/**
 * Two limits and no queue: what there is when priority and fairness is off (`WithMaxInFlightLimit`). Members of
 * `system:masters` come in when it is full, too. A watch is not counted.
 */
export function createMaxInFlight({ maxRequests, maxMutatingRequests }: MaxInFlightOptions): FlowControl {
  const limits: Record<Kind, number> = { readOnly: maxRequests, mutating: maxMutatingRequests };
  const taken: Record<Kind, number> = { readOnly: 0, mutating: 0 };
  const seats = new WeakMap<Seat, Kind>();
  return {
    enter({ info, user }) {
      if (info.verb === 'watch') return free;
      const kind = readOnlyVerbs.has(info.verb) ? 'readOnly' : 'mutating';
      if (limits[kind] === 0) return free;
      if (taken[kind] >= limits[kind]) return user.groups.includes(systemPrivilegedGroup) ? free : refused;
      taken[kind]++;
      const seat: Seat = { ...free };
      seats.set(seat, kind);
      return seat;
    },
    leave(seat) {
      const kind = seats.get(seat);
      if (!kind) return;
      seats.delete(seat);
      taken[kind]--;
    },
    pause: () => undefined,
    forget: () => {},
    metrics: () => '',
    dump: () => undefined,
    stop: () => {},
  };
}
