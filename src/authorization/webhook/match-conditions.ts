import { CelCompileError, type CelDeclarations, type CelProgram, compileCel } from '../../cel/index.ts';
import { aggregateErrors } from '../errors.ts';
import type { ReviewSpec } from './access-review.ts';

/** Steps of one condition: `celconfig.PerCallLimit`. */
export const maxConditionSteps = 1_000_000;

/** What a condition may look at: the `spec` of a SubjectAccessReview of v1. */
const declarations: CelDeclarations = {
  types: {
    'kubernetes.SelectorRequirement': { key: 'string', operator: 'string', values: 'list<string>' },
    'kubernetes.SelectorAttributes': {
      rawSelector: 'string',
      requirements: 'list<kubernetes.SelectorRequirement>',
    },
    'kubernetes.ResourceAttributes': {
      namespace: 'string',
      verb: 'string',
      group: 'string',
      version: 'string',
      resource: 'string',
      subresource: 'string',
      name: 'string',
      fieldSelector: 'kubernetes.SelectorAttributes',
      labelSelector: 'kubernetes.SelectorAttributes',
    },
    'kubernetes.NonResourceAttributes': { path: 'string', verb: 'string' },
    'kubernetes.SubjectAccessReviewSpec': {
      resourceAttributes: 'kubernetes.ResourceAttributes',
      nonResourceAttributes: 'kubernetes.NonResourceAttributes',
      user: 'string',
      groups: 'list<string>',
      extra: 'map<string, list<string>>',
      uid: 'string',
    },
  },
  variables: { request: 'kubernetes.SubjectAccessReviewSpec' },
};

/** Whether a webhook is asked about a request. Throws an Error when that cannot be told. */
export type Matcher = (spec: ReviewSpec) => boolean;

/** Throws a CelCompileError. */
export const compileCondition = (expression: string): CelProgram =>
  compileCel(expression, declarations, 'bool');

export { CelCompileError };

/** One condition that is false decides, whatever is wrong with others. */
export const matcherOf =
  (conditions: readonly CelProgram[]): Matcher =>
  (spec) => {
    const request = withEmpties(spec);
    const errors: string[] = [];
    for (const condition of conditions) {
      try {
        if (condition.evaluate({ request }, { remaining: maxConditionSteps }) === false) return false;
      } catch (error) {
        errors.push(
          `cel evaluation error: expression '${condition.expression}' resulted in error: ${(error as Error).message}`,
        );
      }
    }
    const problem = aggregateErrors(errors);
    if (problem !== undefined) throw new Error(problem);
    return true;
  };

const resourceFields = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const;

/** Empty values are there for conditions, other than on the wire; only the two kinds of attributes may be missing. */
function withEmpties({ resourceAttributes, nonResourceAttributes, ...who }: ReviewSpec): object {
  const empty = Object.fromEntries(resourceFields.map((field) => [field, '']));
  return {
    user: '',
    groups: [],
    uid: '',
    extra: {},
    ...who,
    ...(resourceAttributes ? { resourceAttributes: { ...empty, ...resourceAttributes } } : {}),
    ...(nonResourceAttributes
      ? { nonResourceAttributes: { path: '', verb: '', ...nonResourceAttributes } }
      : {}),
  };
}
