import type { Clock } from '../apimachinery/clock.ts';
import type { Figure } from '../apimachinery/figure.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { FollowedReader } from '../apimachinery/reader.ts';
import { systemPrivilegedGroup } from '../apimachinery/user.ts';
import { ConfigError } from '../configuration/config-error.ts';
import { readText } from '../configuration/read-text.ts';
import type { Reloads } from '../configuration/reloads.ts';
import { alwaysAllow } from './always-allow/authorizer.ts';
import { alwaysDeny } from './always-deny/authorizer.ts';
import { checkOptions } from './check-options.ts';
import {
  type AuthorizationCounts,
  type AuthorizerCounts,
  counted,
  countOne,
  createAuthorizationCounts,
} from './counts.ts';
import { type ExplainedAuthorizer, type Explanation, explain, hint, withoutRules } from './explanation.ts';
import { nodeAuthorizer } from './node/authorizer.ts';
import { nodeGraph } from './node/graph.ts';
import type { AuthorizationOptions } from './options.ts';
import { type PlannedAuthorizer, planOfFlags, type WebhookPlan } from './plan.ts';
import { privilegedGroups } from './privileged-group/authorizer.ts';
import { rbacAuthorizer } from './rbac/authorizer.ts';
import { consideredRules } from './rbac/near-misses.ts';
import { smallestRole } from './rbac/remedy.ts';
import { type RbacResolver, rbacResolver } from './rbac/resolver.ts';
import type { Attributes, Authorizer, RuleResolver } from './types.ts';
import { unionAuthorizer, unionRuleResolver } from './union.ts';
import { webhookAuthorizer } from './webhook/authorizer.ts';

/** What authorizers may use. */
export interface AuthorizationTools {
  readonly reader: FollowedReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
}

export interface Authorization {
  readonly authorizer: Authorizer;
  /** What SelfSubjectRulesReview lists. */
  readonly rules: RuleResolver;
  /** Why a request is allowed or refused. `thorough`: also looks where the request does not go, which takes longer. */
  explain(attributes: Attributes, thorough: boolean): Promise<Explanation>;
  /** In a line, what is nearest to allowing a refused request; '' when nothing is. */
  hint(attributes: Attributes): string;
  readonly figures: readonly Figure[];
  /** RBAC's own rules, whatever the modes: its escalation guard needs them. */
  readonly rbac: RbacResolver;
}

/** One authorizer, ready to be asked. */
type Built = ExplainedAuthorizer & RuleResolver;

/** All of a plan, and the connections that they hold. */
interface Chain extends Authorizer, RuleResolver {
  /** In the order in which they are asked. */
  readonly authorizers: readonly ExplainedAuthorizer[];
  close(): void;
}

const explained = (name: string, authorizer: Authorizer & RuleResolver): Built => ({
  name,
  ...withoutRules,
  ...authorizer,
});

/** Connections of authorizers that are no longer asked are closed when the longest request to them has ended. */
const closeAfterMs = 60_000;

/** Throws a ConfigError for options, and files that they name, with which a server must not start. Changes nothing. */
export async function checkAuthorization(options: AuthorizationOptions): Promise<void> {
  checkOptions(options);
  const plan = await readPlan(options);
  for (const planned of plan) {
    if (planned.type === 'ABAC') await readPolicies(options);
    if (planned.type === 'Webhook') {
      await (await import('../webhook/index.ts')).checkWebhookFile(planned.webhook.kubeconfig);
    }
  }
}

/**
 * The authorizers that the options ask for, in that order. Reads the files that the options name; throws a ConfigError when one
 * is not good. Members of `system:masters` may do everything before anybody is asked.
 */
export async function createAuthorization(
  options: AuthorizationOptions,
  tools: AuthorizationTools,
): Promise<Authorization> {
  checkOptions(options);
  const { reader, clock, reloads } = tools;
  const rbac = rbacResolver(reader);
  // Made once: they follow the store, whatever a changed file asks for.
  const makers = {
    RBAC: once(() => explainedRbac(rbac)),
    Node: once(() => explained('Node', nodeAuthorizer(nodeGraph(reader)))),
    ABAC: once(async () => explained('ABAC', await readPolicies(options))),
    AlwaysAllow: () => explained('AlwaysAllow', alwaysAllow),
    AlwaysDeny: () => explained('AlwaysDeny', alwaysDeny),
  } as const;
  const counts = createAuthorizationCounts();
  let current: Chain | undefined;
  const apply = async (plan: readonly PlannedAuthorizer[]) => {
    const next = await buildChain(plan, (type) => makers[type](), tools, counts);
    const previous = current;
    current = next;
    if (previous) clock.setTimer(closeAfterMs, previous.close);
  };
  if (options.configFile === '') await apply(planOfFlags(options));
  else {
    const { parseAuthorizationConfig } = await import('./authorization-config.ts');
    const parse = (text: string) => parseAuthorizationConfig(options.configFile, text);
    await reloads.follow('authorization-config', options.configFile, parse, apply);
  }
  return {
    authorizer: { authorize: (attributes) => current!.authorize(attributes) },
    rules: { rulesFor: (user, namespace) => current!.rulesFor(user, namespace) },
    hint: (attributes) => hint(current!.authorizers, attributes),
    explain: (attributes, thorough) => explain(current!.authorizers, attributes, thorough),
    figures: counts.figures,
    rbac,
  };
}

const explainedRbac = (rbac: RbacResolver): Built => ({
  name: 'RBAC',
  ...rbacAuthorizer(rbac),
  rulesFor: rbac.rulesFor,
  consider: (attributes, thorough) => consideredRules(rbac, attributes, thorough),
  remedy: smallestRole,
});

type OtherType = Exclude<PlannedAuthorizer['type'], 'Webhook'>;

async function buildChain(
  plan: readonly PlannedAuthorizer[],
  make: (type: OtherType) => Built | Promise<Built>,
  tools: AuthorizationTools,
  counts: AuthorizationCounts,
): Promise<Chain> {
  const built: Built[] = [];
  const closing: (() => void)[] = [];
  const close = () => closing.forEach((one) => void one());
  try {
    for (const planned of plan) {
      const own = counts.of(planned.type, planned.name);
      if (planned.type !== 'Webhook') built.push(counted(await make(planned.type), own));
      else {
        const { authorizer, close: closeOne } = await buildWebhook(planned.webhook, tools, own);
        built.push(counted(explained(`webhook ${planned.name}`, authorizer), own));
        closing.push(closeOne);
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  const privileged = {
    name: systemPrivilegedGroup,
    ...privilegedGroups(systemPrivilegedGroup),
    ...withoutRules,
  };
  const authorizers = [privileged, ...built];
  return { ...unionAuthorizer(authorizers), ...unionRuleResolver(built), authorizers, close };
}

async function buildWebhook(plan: WebhookPlan, tools: AuthorizationTools, counts: AuthorizerCounts) {
  const { webhookFromFile } = await import('../webhook/index.ts');
  const client = await webhookFromFile(plan.kubeconfig, {
    ...tools,
    timeoutMs: plan.timeoutMs,
    onAttempt: (result) => countOne(counts.evaluations, result),
  });
  const { matchConditions, ...settings } = plan;
  if (matchConditions.length === 0) {
    return { authorizer: webhookAuthorizer(client, settings, tools, counts), close: client.close };
  }
  const { compileCondition, matcherOf } = await import('./webhook/match-conditions.ts');
  const matches = matcherOf(matchConditions.map(compileCondition));
  return {
    authorizer: webhookAuthorizer(client, { ...settings, matches }, tools, counts),
    close: client.close,
  };
}

async function readPlan(options: AuthorizationOptions): Promise<readonly PlannedAuthorizer[]> {
  if (options.configFile === '') return planOfFlags(options);
  const { parseAuthorizationConfig } = await import('./authorization-config.ts');
  return parseAuthorizationConfig(options.configFile, await readText(options.configFile));
}

async function readPolicies({ policyFile }: AuthorizationOptions): Promise<Authorizer & RuleResolver> {
  if (policyFile === '')
    throw new ConfigError("authorization-mode ABAC's authorization policy file not passed");
  const [{ parsePolicyFile }, { abacAuthorizer }] = await Promise.all([
    import('./abac/policy-file.ts'),
    import('./abac/authorizer.ts'),
  ]);
  return abacAuthorizer(parsePolicyFile(policyFile, await readText(policyFile)));
}

/** What was made the first time; what could not be made is tried again. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  const forget = () => {
    made = undefined;
  };
  return () => {
    made ??= make();
    if (made instanceof Promise) made.catch(forget);
    return made;
  };
}
