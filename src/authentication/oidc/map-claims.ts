import type { UserInfo } from '../../apimachinery/user.ts';
import type { CelBudget, CelProgram } from '../../cel/types.ts';
import { credentialIdKey } from '../credential-id.ts';
import { claimsValue } from './cel-values.ts';
import type { CheckedJwt } from './check-config.ts';
import type { ValidationRule } from './compile.ts';
import type { PrefixedClaim } from './config.ts';
import type { Claims } from './verify-token.ts';

/** Steps that the expressions of one issuer may take together for one token. */
const maxClaimSteps = 1_000_000;

/** Who a token is about. Throws an Error that says which rule it breaks, or which claim it lacks. */
export function mapClaims({ config, programs }: CheckedJwt, claims: Claims): UserInfo {
  const budget: CelBudget = { remaining: maxClaimSteps };
  let value: Readonly<Record<string, unknown>> | undefined;
  /** Made for the first expression that wants to see it. */
  const shown = () => (value ??= { claims: claimsValue(claims) });
  const evaluate = (program: CelProgram, what: string): unknown =>
    orSay(`oidc: error evaluating ${what} expression`, () => program.evaluate(shown(), budget));
  const { claimMappings: mappings, claimValidationRules } = config;
  const name = programs.username
    ? userName(evaluate(programs.username, 'username claim'))
    : claimedName(claims, mappings.username);
  const groups = programs.groups
    ? textList(evaluate(programs.groups, 'group claim'), 'oidc: error evaluating group claim expression')
    : claimedGroups(claims, mappings.groups);
  const uid = programs.uid
    ? text(
        evaluate(programs.uid, 'uid claim'),
        'oidc: error evaluating uid claim expression: uid claim expression must return a string',
      )
    : mappings.uid.claim === ''
      ? ''
      : claimText(claims, mappings.uid.claim, 'uid claim');
  const extra: Record<string, readonly string[]> = Object.create(null);
  if (typeof claims['jti'] === 'string' && claims['jti'] !== '')
    extra[credentialIdKey] = [`JTI=${claims['jti']}`];
  for (const { key, program } of programs.extra) {
    const what = `extra claim expression: ${program.expression}`;
    const values = textList(evaluate(program, 'extra claim'), `oidc: error evaluating ${what}`);
    if (values.length > 0) extra[key] = values;
  }
  for (const { claim, requiredValue } of claimValidationRules) {
    if (claim !== '') requireClaim(claims, claim, requiredValue);
  }
  const rules = (
    list: readonly ValidationRule[],
    variables: Readonly<Record<string, unknown>>,
    what: string,
  ) => orSay(`oidc: error evaluating ${what}`, () => checkRules(list, variables, budget));
  if (programs.claimRules.length > 0) rules(programs.claimRules, shown(), 'claim validation expression');
  const user = claimsValue({ username: name, uid, groups, extra });
  rules(programs.userRules, { user }, 'user info validation rule');
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function orSay<T>(what: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}

function checkRules(
  rules: readonly ValidationRule[],
  variables: Readonly<Record<string, unknown>>,
  budget: CelBudget,
): void {
  for (const { program, message } of rules) {
    if (program.evaluate(variables, budget) !== true) {
      throw new Error(`validation expression '${program.expression}' failed: ${message}`);
    }
  }
}

function text(value: unknown, otherwise: string): string {
  if (typeof value !== 'string') throw new Error(otherwise);
  return value;
}

function userName(value: unknown): string {
  const name = text(
    value,
    'oidc: error evaluating username claim expression: username claim expression must return a string',
  );
  if (name === '') throw new Error('oidc: empty username via CEL expression is not allowed');
  return name;
}

function claimText(claims: Claims, claim: string, what: string): string {
  const where = `oidc: parse ${what} ${JSON.stringify(claim)}`;
  if (!Object.hasOwn(claims, claim)) throw new Error(`${where}: claim not present`);
  return text(claims[claim], `${where}: not a string`);
}

function claimedName(claims: Claims, { claim, prefix = '' }: PrefixedClaim): string {
  const name = claimText(claims, claim, 'username claims');
  if (claim === 'email' && Object.hasOwn(claims, 'email_verified')) {
    const verified = claims['email_verified'];
    if (typeof verified !== 'boolean') throw new Error("oidc: parse 'email_verified' claim: not a boolean");
    if (!verified) throw new Error('oidc: email not verified');
  }
  return prefix + name;
}

/** A text is one group. */
function claimedGroups(claims: Claims, { claim, prefix = '' }: PrefixedClaim): string[] {
  if (claim === '' || !Object.hasOwn(claims, claim)) return [];
  const value = claims[claim];
  const groups: readonly unknown[] = Array.isArray(value) ? value : [value];
  const what = `oidc: parse groups claim ${JSON.stringify(claim)}: neither a string nor a list of strings`;
  return groups.map((group) => prefix + text(group, what));
}

/** What an expression answers for several texts: one of them, a list, or nothing. Empty texts are nothing. */
function textList(value: unknown, what: string): string[] {
  if (value === null || value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const otherwise = `${what}: expression must return a string or a list of strings`;
  return list.map((item) => text(item, otherwise)).filter((item) => item !== '');
}

function requireClaim(claims: Claims, claim: string, wanted: string): void {
  if (!Object.hasOwn(claims, claim)) throw new Error(`oidc: required claim ${claim} not present in ID token`);
  const value = claims[claim];
  if (typeof value !== 'string') throw new Error(`oidc: parse claim ${claim}: not a string`);
  if (value !== wanted) throw new Error(`oidc: required claim ${claim} value does not match`);
}
