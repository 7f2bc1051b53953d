import type { Kv, WriteResult } from '../../src/kv/types.ts';

/** What goes wrong with a store from now on; change it at any time. */
export interface Faults {
  /** Runs before every write reaches the store: what it does to the store, the write finds. Throwing fails the write. */
  beforeWrite?: ((key: string) => Promise<void> | void) | undefined;
  /** Runs when a write has happened and before it is answered. Throwing loses the answer. */
  afterWrite?: ((key: string, result: WriteResult) => Promise<void> | void) | undefined;
}

export interface FaultyKv {
  readonly kv: Kv;
  /** The store behind it, where nothing goes wrong. */
  readonly sound: Kv;
  readonly faults: Faults;
  /** Keys of the writes that were tried, in order. */
  readonly tried: string[];
}

/** A store in front of a real one, in which writes can be made to lose races, fail, or lose their answers. */
export function faultyKv(sound: Kv): FaultyKv {
  const faults: Faults = {};
  const tried: string[] = [];
  const write = async (key: string, attempt: () => Promise<WriteResult>): Promise<WriteResult> => {
    tried.push(key);
    await faults.beforeWrite?.(key);
    const result = await attempt();
    await faults.afterWrite?.(key, result);
    return result;
  };
  const kv: Kv = {
    ...sound,
    putIf: (key, ...rest) => write(key, () => sound.putIf(key, ...rest)),
    deleteIf: (key, ...rest) => write(key, () => sound.deleteIf(key, ...rest)),
  };
  return { kv, sound, faults, tried };
}
