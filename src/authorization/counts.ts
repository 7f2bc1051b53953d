import type { Figure } from '../apimachinery/figure.ts';
import type { AttemptResult } from '../webhook/client.ts';
import type { Authorizer, Verdict } from './types.ts';

/** What one authorizer has done so far. */
export interface AuthorizerCounts {
  readonly type: string;
  readonly name: string;
  allowed: number;
  denied: number;
  /** Of webhooks: questions that conditions kept from it, and conditions that failed. */
  excluded: number;
  conditionErrors: number;
  readonly evaluations: Map<AttemptResult, number>;
  /** Failures after which others decided. */
  readonly failOpen: Map<AttemptResult, number>;
}

/** Counts of all authorizers there have been since the start; those of one name go on when a file is read again. */
export interface AuthorizationCounts {
  of(type: string, name: string): AuthorizerCounts;
  readonly figures: readonly Figure[];
}

/** The same authorizer, whose decisions are counted. */
export function counted<T extends Authorizer>(authorizer: T, counts: AuthorizerCounts): T {
  const count = (verdict: Verdict): Verdict => {
    if (verdict.decision === 'allow') counts.allowed++;
    else if (verdict.decision === 'deny') counts.denied++;
    return verdict;
  };
  return {
    ...authorizer,
    authorize(attributes) {
      const verdict = authorizer.authorize(attributes);
      return verdict instanceof Promise ? verdict.then(count) : count(verdict);
    },
  };
}

export const countOne = <K>(counts: Map<K, number>, key: K): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

export function createAuthorizationCounts(): AuthorizationCounts {
  const all = new Map<string, AuthorizerCounts>();
  return {
    of(type, name) {
      const key = `${type}/${name}`;
      let counts = all.get(key);
      if (!counts) {
        counts = {
          ...{ type, name, allowed: 0, denied: 0, excluded: 0, conditionErrors: 0 },
          evaluations: new Map(),
          failOpen: new Map(),
        };
        all.set(key, counts);
      }
      return counts;
    },
    figures: figuresOf(all),
  };
}

const prefix = 'apiserver_authorization';

function figuresOf(all: ReadonlyMap<string, AuthorizerCounts>): readonly Figure[] {
  const each = (read: (counts: AuthorizerCounts) => readonly (readonly [Record<string, string>, number])[]) =>
    function* samples() {
      for (const counts of all.values()) for (const [labels, value] of read(counts)) yield { labels, value };
    };
  const perName = (read: (counts: AuthorizerCounts) => number) =>
    each((counts) => {
      const value = read(counts);
      return value === 0 ? [] : [[{ type: counts.type, name: counts.name }, value]];
    });
  const perResult = (read: (counts: AuthorizerCounts) => ReadonlyMap<AttemptResult, number>) =>
    each((counts) => [...read(counts)].map(([result, value]) => [{ name: counts.name, result }, value]));
  const counter = (name: string, help: string, labelNames: string[], samples: Figure['samples']): Figure => ({
    name: `${prefix}_${name}`,
    help,
    type: 'counter',
    labelNames,
    samples,
  });
  return [
    counter(
      'decisions_total',
      'Total number of terminal decisions made by an authorizer split by authorizer type, name, and decision.',
      ['type', 'name', 'decision'],
      each(({ type, name, allowed, denied }) =>
        Object.entries({ allowed, denied }).flatMap(([decision, value]) =>
          value === 0 ? [] : [[{ type, name, decision }, value] as const],
        ),
      ),
    ),
    counter(
      'match_condition_exclusions_total',
      'Total number of exclusions when an authorization webhook is skipped because match conditions exclude it.',
      ['type', 'name'],
      perName(({ excluded }) => excluded),
    ),
    counter(
      'match_condition_evaluation_errors_total',
      'Total number of errors when an authorization webhook encounters a match condition error split by authorizer type and name.',
      ['type', 'name'],
      perName(({ conditionErrors }) => conditionErrors),
    ),
    counter(
      'webhook_evaluations_total',
      'Round-trips to authorization webhooks.',
      ['name', 'result'],
      perResult(({ evaluations }) => evaluations),
    ),
    counter(
      'webhook_evaluations_fail_open_total',
      'NoOpinion results due to webhook timeout or error.',
      ['name', 'result'],
      perResult(({ failOpen }) => failOpen),
    ),
  ];
}
