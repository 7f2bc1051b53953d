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
import type { Caller, Target } from '../../registry/context.ts';
import type { VirtualResource, VirtualResources } from './types.ts';

type Answer = (body: KubeObject, user: UserInfo, target: Target) => Promise<object> | object;

export interface ReviewTools {
  readonly authorizer: Authorizer;
  readonly rules: RuleResolver;
  readonly clock: Clock;
  readonly random: Random;
}

/** A review: validated like a new object, then answered in its status. */
const reviewWith = ({ clock, random }: ReviewTools, answer: Answer): VirtualResource => ({
  create: async (body: KubeObject, caller: Caller, target: Target) => {
    const { strategy, kind, group } = target.definition;
    const errors =
      strategy.validate?.(body, {
        user: caller.user,
        clock,
        random,
        subresource: '',
        warn: caller.warn,
      }) ?? [];
    if (errors.length > 0) throw invalidError({ group, kind }, '', errors);
    body['status'] = await answer(body, caller.user, target);
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
      review((body, user) => selfSubjectAccessReview(authorizer, user, specOf(body) as AccessReviewSpec)),
    ],
    [
      'authorization.k8s.io/subjectaccessreviews',
      review((body) => subjectAccessReview(authorizer, specOf(body) as SubjectAccessReviewSpec)),
    ],
    [
      'authorization.k8s.io/localsubjectaccessreviews',
      review((body, _user, { namespace }) => {
        const spec = specOf(body) as SubjectAccessReviewSpec;
        if (spec.resourceAttributes?.namespace !== namespace) {
          throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
        }
        return subjectAccessReview(authorizer, spec);
      }),
    ],
    [
      'authorization.k8s.io/selfsubjectrulesreviews',
      review((body, user) => {
        const { namespace } = specOf(body);
        if (typeof namespace !== 'string' || namespace === '') throw badRequest('no namespace on request');
        body['spec'] = {};
        return selfSubjectRulesReview(rules, user, namespace);
      }),
    ],
    [
      'authentication.k8s.io/selfsubjectreviews',
      review((body, user) => {
        body.metadata.creationTimestamp = formatTime(tools.clock.now());
        return selfSubjectReview(user);
      }),
    ],
  ]);
}
