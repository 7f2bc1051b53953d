import { z } from 'zod';
import type { UserInfo } from '../../apimachinery/user.ts';

/** What a TokenReview says once it has been answered. */
export interface ReviewedToken {
  readonly authenticated: boolean;
  readonly user: UserInfo;
  readonly audiences: readonly string[];
  readonly error: string;
}

const texts = z.array(z.string()).nullish();
const text = z.string().nullish();

/** Servers may know more fields than this one. */
const schema = z.object({
  apiVersion: z.string(),
  kind: z.literal('TokenReview'),
  status: z.object({
    authenticated: z.boolean().nullish(),
    user: z
      .object({ username: text, uid: text, groups: texts, extra: z.record(z.string(), texts).nullish() })
      .nullish(),
    audiences: texts,
    error: text,
  }),
});

/** Throws an Error, which names the webhook and nothing that it said, for an answer that is none. */
export function readReview(url: string, apiVersion: string, answer: unknown): ReviewedToken {
  const { success, data } = schema.safeParse(answer);
  if (!success || data.apiVersion !== apiVersion) {
    throw new Error(`Post "${url}": the answer is not a TokenReview of ${apiVersion}`);
  }
  const { authenticated, user, audiences, error } = data.status;
  return {
    authenticated: authenticated ?? false,
    user: {
      name: user?.username ?? '',
      ...(user?.uid ? { uid: user.uid } : {}),
      groups: user?.groups ?? [],
      ...extraOf(user?.extra ?? {}),
    },
    audiences: audiences ?? [],
    error: error ?? '',
  };
}

function extraOf(
  given: Readonly<Record<string, readonly string[] | null | undefined>>,
): Pick<UserInfo, 'extra'> {
  const keys = Object.keys(given);
  if (keys.length === 0) return {};
  const extra: Record<string, readonly string[]> = Object.create(null);
  for (const key of keys) extra[key] = given[key] ?? [];
  return { extra };
}
