import type { FlagType } from './flag-types.ts';

/** One flag that does something. The key in its table is its name. */
export interface Flag<T> {
  readonly type: FlagType<T>;
  readonly default: T;
  /** One sentence; what the default is gets added. */
  readonly help: string;
}

export const flag = <T>(flagType: FlagType<T>, fallback: T, help: string): Flag<T> =>
  Object.freeze({ type: flagType, default: fallback, help });

/** The values of a table of flags after parsing. */
export type ValuesOf<F> = { -readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };
