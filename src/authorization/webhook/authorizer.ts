import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import { WebhookError } from '../../webhook/errors.ts';
import { type AuthorizerCounts, countOne } from '../counts.ts';
import type { Attributes, Authorizer, RuleResolver, UserRules, Verdict } from '../types.ts';
import {
  type ReviewStatus,
  type ReviewVersion,
  readStatus,
  reviewBody,
  reviewSpec,
} from './access-review.ts';
import type { Matcher } from './match-conditions.ts';
import { isKept, verdictCache } from './verdict-cache.ts';

/** What is decided when a webhook cannot be asked. */
export type FailurePolicy = 'NoOpinion' | 'Deny';

/** How one webhook is asked. */
export interface WebhookSettings {
  readonly version: ReviewVersion;
  /** How long answers are kept, milliseconds; 0: not at all. */
  readonly authorizedTtlMs: number;
  readonly unauthorizedTtlMs: number;
  readonly failurePolicy: FailurePolicy;
  /** Absent: it is asked about everything. */
  readonly matches?: Matcher;
}

interface WebhookTools {
  readonly clock: Clock;
  readonly log: Log;
}

const unknown: UserRules = Object.freeze({
  rules: [],
  incomplete: true,
  error: 'webhook authorizer does not support user rule resolution',
});

/** `--authorization-mode=Webhook`: asks another server with a SubjectAccessReview. */
export function webhookAuthorizer(
  client: Pick<WebhookClient, 'post'>,
  settings: WebhookSettings,
  { clock, log }: WebhookTools,
  counts: AuthorizerCounts,
): Authorizer & RuleResolver {
  const { version, failurePolicy, matches } = settings;
  const cache = verdictCache(clock);
  const failed = (error: unknown): Verdict => ({
    decision: failurePolicy === 'Deny' ? 'deny' : 'noOpinion',
    reason: '',
    error: (error as Error).message,
  });
  const ask = async (attributes: Attributes, spec: object, question: string): Promise<Verdict> => {
    try {
      const status = readStatus(await client.post(reviewBody(spec, version)), version);
      if (isKept(attributes)) {
        cache.put(question, status, status.allowed ? settings.authorizedTtlMs : settings.unauthorizedTtlMs);
      }
      return verdictOf(status);
    } catch (error) {
      log.error('an authorization webhook could not be asked', { error });
      const result = error instanceof WebhookError && error.timedOut ? 'timeout' : 'error';
      if (failurePolicy === 'NoOpinion') countOne(counts.failOpen, result);
      return failed(error);
    }
  };
  return {
    authorize(attributes) {
      const spec = reviewSpec(attributes);
      try {
        if (matches?.(spec) === false) {
          counts.excluded++;
          return skipped;
        }
      } catch (error) {
        counts.conditionErrors++;
        return failed(error);
      }
      const question = JSON.stringify(spec);
      const known = cache.get(question);
      return known ? verdictOf(known) : ask(attributes, spec, question);
    },
    rulesFor: () => unknown,
  };
}

const skipped: Verdict = Object.freeze({ decision: 'noOpinion', reason: '' });

function verdictOf({ allowed, denied, reason }: ReviewStatus): Verdict {
  if (denied && allowed) {
    const error = 'webhook subject access review returned both allow and deny response';
    return { decision: 'deny', reason, error };
  }
  return { decision: denied ? 'deny' : allowed ? 'allow' : 'noOpinion', reason };
}
