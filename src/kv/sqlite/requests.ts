import type { GetResult, KeyValue, ListResult, Revision } from '../types.ts';
import type { FromWorker, RequestId } from './messages.ts';
import { unpackItems } from './packing.ts';

type Count = { readonly revision: Revision; readonly count: number };
type Answer = GetResult | ListResult | Count | undefined;

interface Request {
  /** Items of a list so far; a place is empty until its item has come. */
  readonly items: (KeyValue | undefined)[];
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Questions to the worker that wait for their answers. */
export interface Requests {
  readonly size: number;
  /** A number for a question that nobody waits for here. */
  nextId(): RequestId;
  /** Asks with the number it is given, and resolves with the answer of the kind that the question has. */
  ask<A extends Answer>(send: (id: RequestId) => void): Promise<A>;
  /** Takes a message that answers a question; false for any other message. */
  answer(message: FromWorker): boolean;
  fail(id: RequestId, error: Error): void;
  failAll(error: Error): void;
}

export function createRequests(): Requests {
  const requests = new Map<RequestId, Request>();
  let lastId = 0;

  const settle = (id: RequestId, answer: Answer): void => {
    requests.get(id)?.resolve(answer);
    requests.delete(id);
  };

  const fail = (id: RequestId, error: Error): void => {
    requests.get(id)?.reject(error);
    requests.delete(id);
  };

  return {
    get size() {
      return requests.size;
    },
    nextId: () => ++lastId,
    ask<A extends Answer>(send: (id: RequestId) => void): Promise<A> {
      const id = ++lastId;
      return new Promise<A>((resolve, reject) => {
        // The kind of the answer follows from the kind of the question, which only the caller knows.
        requests.set(id, { items: [], resolve: resolve as (answer: Answer) => void, reject });
        send(id);
      });
    },
    answer(message) {
      switch (message.kind) {
        case 'got':
          settle(message.id, { revision: message.revision, kv: message.item });
          return true;
        case 'counted':
          settle(message.id, { revision: message.revision, count: message.count });
          return true;
        case 'compacted':
          settle(message.id, undefined);
          return true;
        case 'page': {
          const { id, revision, more, last, positions } = message;
          const items = requests.get(id)?.items;
          if (!items) return true;
          while (items.length < positions) items.push(undefined);
          unpackItems(message.items, items);
          if (last) settle(id, { revision, items: items.filter((item) => item !== undefined), more });
          return true;
        }
        default:
          return false;
      }
    },
    fail,
    failAll(error) {
      for (const id of requests.keys()) fail(id, error);
    },
  };
}
