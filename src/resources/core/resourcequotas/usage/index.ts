import type { GroupResource } from '../../../../apimachinery/gvk.ts';
import { countEvaluator } from './counts.ts';
import { deviceClaims } from './device-claims.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import type { Evaluator } from './types.ts';
import { volumeClaims } from './volume-claims.ts';

export { limitsOf, matches, scopesOf } from './quotas.ts';
export type { Evaluator, UsageChange, World } from './types.ts';

const special: Readonly<Record<string, Evaluator>> = {
  '/pods': pods,
  '/services': services,
  '/persistentvolumeclaims': volumeClaims,
  'resource.k8s.io/resourceclaims': deviceClaims,
};

/** Answered rather than stored, or never counted. */
const uncounted: ReadonlySet<string> = new Set([
  '/bindings',
  '/componentstatuses',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  '/events',
  'events.k8s.io/events',
]);

const counting = new Map<string, Evaluator>();

/** The one place that tells what objects cost: every resource at least its count. Undefined for what quotas pass over. */
export function evaluatorFor({ group, resource }: GroupResource): Evaluator | undefined {
  const key = `${group}/${resource}`;
  if (Object.hasOwn(special, key)) return special[key];
  if (uncounted.has(key)) return undefined;
  let evaluator = counting.get(key);
  if (!evaluator) counting.set(key, (evaluator = countEvaluator({ group, resource })));
  return evaluator;
}
