import { type Clock, formatTime } from '../../apimachinery/clock.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import { badRequest, invalidError } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import {
  type AccessReviewSpec,
  type SubjectAccessReviewSpec,
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from '../../authorization/reviews.ts';
import type { Authorizer, RuleResolver } from '../../authorization/types.ts';
import type { Validated } from '../../registry/actions/admit.ts';
import type { Caller, Target } from '../../registry/context.ts';
import type { VirtualResource, VirtualResources } from './types.ts';

type Answer = (body: KubeObject, user: UserInfo, validated: Validated) => Promise<object>;

export interface ReviewTools {
  readonly authorizer: Authorizer;
  readonly rules: RuleResolver;
  readonly clock: Clock;
  readonly random: Random;
}

/** A review: validated like a new object, then answered in its status. */
const reviewWith = ({ clock, random }: ReviewTools, answer: Answer): VirtualResource => ({
  create: async (body: KubeObject, caller: Caller, target: Target, validated: Validated) => {
    const { strategy, group } = target.definition;
    const errors =
      strategy.validate?.(body, {
        user: caller.user,
        clock,
        random,
        subresource: '',
        namespaceLabels: () => ({}),
        warn: caller.warn,
      }) ?? [];
    // Without the kind, which a body loses when it is decoded upstream.
    if (errors.length > 0) throw invalidError({ group, kind: '' }, '', errors);
    body['status'] = await answer(body, caller.user, validated);
    return body;
  },
});

const specOf = (body: KubeObject): Record<string, unknown> => (isRecord(body['spec']) ? body['spec'] : {});

export function reviewResources(tools: ReviewTools): VirtualResources {
  const { authorizer, rules } = tools;
  const review = (answer: Answer) => reviewWith(tools, answer);
  return new Map<string, VirtualResource>([
    [
      'authorization.k8s.io/selfsubjectaccessreviews',
      review(async (body, user, validated) => {
        await validated();
        return selfSubjectAccessReview(authorizer, user, specOf(body) as AccessReviewSpec);
      }),
    ],
    [
      'authorization.k8s.io/subjectaccessreviews',
      review(async (body, _user, validated) => {
        await validated();
        return subjectAccessReview(authorizer, specOf(body) as SubjectAccessReviewSpec);
      }),
    ],
    [
      'authorization.k8s.io/localsubjectaccessreviews',
      review(async (body, _user, validated) => {
        await validated();
        return subjectAccessReview(authorizer, specOf(body) as SubjectAccessReviewSpec);
      }),
    ],
    [
      'authorization.k8s.io/selfsubjectrulesreviews',
      review(async (body, user, validated) => {
        const { namespace } = specOf(body);
        if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
        await validated();
        // The answer is an object of its own, which has nothing of what was sent.
        body['spec'] = {};
        body.metadata = {};
        return selfSubjectRulesReview(rules, user, namespace);
      }),
    ],
    [
      'authentication.k8s.io/selfsubjectreviews',
      review(async (body, user, validated) => {
        await validated();
        // The answer is an object of its own: what the sender's is called and wears is not in it.
        body.metadata = { creationTimestamp: formatTime(tools.clock.now()) };
        return selfSubjectReview(user);
      }),
    ],
  ]);
}
