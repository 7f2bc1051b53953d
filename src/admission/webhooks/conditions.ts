import type { JsonObject, KubeObject } from '../../apimachinery/object.ts';
import { forbiddenError } from '../../apimachinery/status.ts';
import type { CelAuthorizer, CelDecision, CelProgram, CelQuestion } from '../../cel/index.ts';
import { loadConditionLanguage } from '../../resources/admissionregistration/condition-language.ts';
import { aggregate } from '../request.ts';
import type { AdmissionRequest, AskAccess } from '../types.ts';
import type { Hook } from './hook.ts';

/** Steps of one condition: `celconfig.PerCallLimit`. */
const maxConditionSteps = 1_000_000;
/** Steps of all conditions of one hook together: `celconfig.RuntimeCELCostBudgetMatchConditions`. */
const maxSteps = 2_500_000;
const exhausted =
  'validation failed due to running out of cost budget, no further validation rules will be run';
/** What an evaluation may ask the authorizers, one after the other. */
const maxQuestions = 16;

/** What conditions look at. */
export interface Subject {
  readonly request: JsonObject;
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
}

const compiled = new WeakMap<Hook, readonly (CelProgram | Error)[]>();

async function programsOf(hook: Hook): Promise<readonly (CelProgram | Error)[]> {
  let programs = compiled.get(hook);
  if (!programs) {
    const { compile } = await loadConditionLanguage();
    programs = hook.conditions.map(({ expression = '' }) => {
      try {
        return compile(expression);
      } catch (error) {
        return error as Error;
      }
    });
    compiled.set(hook, programs);
  }
  return programs;
}

/**
 * Whether every condition of a hook holds. One that is false decides, whatever is wrong with others; when none is and something is
 * wrong, the failure policy decides: the hook is not asked, or a 403 is thrown. `count` is told when one does not hold, and when they say
 * nothing.
 */
export async function conditionsHold(
  hook: Hook,
  admission: AdmissionRequest,
  subject: Subject,
  ask: AskAccess,
  count: (found: 'excluded' | 'failed') => void,
): Promise<boolean> {
  const programs = await programsOf(hook);
  const authorizerOf = await authorizersOf(admission);
  const known = new Map<string, CelDecision>();
  for (let asked = 0; ; asked++) {
    const missing: CelQuestion[] = [];
    const found = evaluate(
      programs,
      subject,
      authorizerOf((question) => {
        const decision = known.get(JSON.stringify(question));
        if (!decision) missing.push(question);
        return decision ?? { allowed: false, reason: '', error: '' };
      }),
    );
    const [question] = missing;
    if (!question || asked === maxQuestions) return settled(hook, admission, found, count);
    known.set(JSON.stringify(question), await decide(question, admission, ask));
  }
}

interface Found {
  readonly anyFalse: boolean;
  readonly problems: readonly string[];
}

function settled(
  { failsOpen }: Hook,
  request: AdmissionRequest,
  { anyFalse, problems }: Found,
  count: (found: 'excluded' | 'failed') => void,
): boolean {
  if (!anyFalse && problems.length === 0) return true;
  count(anyFalse ? 'excluded' : 'failed');
  if (anyFalse) return false;
  if (failsOpen) return false;
  throw forbiddenError(request.definition, request.name, aggregate(problems));
}

/** Makes what expressions call `authorizer`. */
async function authorizersOf({ definition, subresource, namespace, name }: AdmissionRequest) {
  const { CelAuthorizer } = await import('../../cel/index.ts');
  const { group, resource } = definition;
  return (ask: (question: CelQuestion) => CelDecision) =>
    new CelAuthorizer(ask, { group, resource, subresource, namespace, name });
}

function evaluate(
  programs: readonly (CelProgram | Error)[],
  { request, object, oldObject }: Subject,
  authorizer: CelAuthorizer,
): Found {
  const variables = {
    request,
    object: object ?? null,
    oldObject: oldObject ?? null,
    namespaceObject: null,
    authorizer,
  };
  let remaining = maxSteps;
  const problems: string[] = [];
  for (const program of programs) {
    if (program instanceof Error) {
      problems.push(`compilation error: ${program.message}`);
      continue;
    }
    const budget = { remaining: maxConditionSteps };
    try {
      if (program.evaluate(variables, budget) === false) return { anyFalse: true, problems };
    } catch (error) {
      problems.push(`expression '${program.expression}' resulted in error: ${(error as Error).message}`);
    }
    remaining -= maxConditionSteps - budget.remaining;
    if (remaining < 0) return { anyFalse: false, problems: [exhausted] };
  }
  return { anyFalse: false, problems };
}

async function decide(
  { serviceAccount, path, verb, ...about }: CelQuestion,
  { user }: AdmissionRequest,
  ask: AskAccess,
): Promise<CelDecision> {
  const who = serviceAccount
    ? {
        name: `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${serviceAccount.namespace}`],
      }
    : user;
  const { group = '', resource = '', subresource = '', namespace = '', name = '' } = about;
  const answer = await ask({
    user: who,
    verb,
    ...{ group, version: '*', resource, subresource, namespace, name },
    ...(path === undefined ? {} : { path }),
  });
  return { allowed: answer.allowed, reason: answer.reason, error: answer.error ?? '' };
}
