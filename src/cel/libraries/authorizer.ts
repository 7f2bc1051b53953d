import { isDNS1123Label, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { chargeSteps } from '../steps.ts';
import { type Functions, fail } from './library.ts';

/** What an expression asks an authorizer: about a path, or about a resource. */
export interface CelQuestion {
  /** Undefined: the user of the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly verb: string;
}

export interface CelDecision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error: string;
}

/** Answers at once. */
export type AskCel = (question: CelQuestion) => CelDecision;

type Asking = Omit<CelQuestion, 'verb'>;

const name = 'kubernetes.authorization.';

/** Steps that one check costs: two of them in an expression are all that fit. */
const checkSteps = 350_000;

abstract class Check {
  readonly ask: AskCel;
  readonly about: Asking;

  constructor(ask: AskCel, about: Asking) {
    this.ask = ask;
    this.about = about;
  }
}

class PathCheck extends Check {}
class GroupCheck extends Check {}
class ResourceCheck extends Check {}

/** The value of the variable `authorizer`. */
export class CelAuthorizer extends Check {
  /** `authorizer.requestResource`: what the request itself is about. */
  readonly requestResource: ResourceCheck;

  constructor(ask: AskCel, requested: Asking, about: Asking = {}) {
    super(ask, about);
    this.requestResource = new ResourceCheck(ask, { ...requested, ...about });
  }
}

class Decision {
  readonly given: CelDecision;

  constructor(given: CelDecision) {
    this.given = given;
  }
}

const check = ({ ask, about }: Check, verb: string) => {
  chargeSteps(checkSteps);
  return new Decision(ask({ ...about, verb }));
};

const narrowed =
  (field: keyof Asking) =>
  ({ ask, about }: ResourceCheck, value: string) =>
    new ResourceCheck(ask, { ...about, [field]: value });

/** Selectors make no difference to what is allowed here: authorizers that look at them are asked without. */
const unselected = (checked: ResourceCheck) => checked;

export const authorizerName = `${name}Authorizer`;

export const authorizerTypes = [
  { name: `${name}PathCheck`, type: PathCheck },
  { name: `${name}GroupCheck`, type: GroupCheck },
  { name: `${name}ResourceCheck`, type: ResourceCheck },
  { name: `${name}Decision`, type: Decision },
  {
    name: authorizerName,
    type: { ctor: CelAuthorizer, fields: { requestResource: `${name}ResourceCheck` } },
  },
];

/** Kubernetes' `authz` library. */
export const authorizerFunctions: Functions = {
  [`${authorizerName}.path(string): ${name}PathCheck`]: ({ ask, about }: CelAuthorizer, path: string) =>
    path.trim() === '' ? fail('path must not be empty') : new PathCheck(ask, { ...about, path }),
  [`${authorizerName}.group(string): ${name}GroupCheck`]: ({ ask, about }: CelAuthorizer, group: string) =>
    new GroupCheck(ask, { ...about, group }),
  [`${authorizerName}.serviceAccount(string, string): ${authorizerName}`]: (
    { ask, requestResource }: CelAuthorizer,
    namespace: string,
    account: string,
  ) => {
    if (isDNS1123Label(namespace).length > 0) fail('Invalid service account namespace');
    if (isDNS1123Subdomain(account).length > 0) fail('Invalid service account name');
    return new CelAuthorizer(ask, requestResource.about, { serviceAccount: { namespace, name: account } });
  },
  [`${name}PathCheck.check(string): ${name}Decision`]: check,
  [`${name}GroupCheck.resource(string): ${name}ResourceCheck`]: (
    { ask, about }: GroupCheck,
    resource: string,
  ) => new ResourceCheck(ask, { ...about, resource }),
  [`${name}ResourceCheck.subresource(string): ${name}ResourceCheck`]: narrowed('subresource'),
  [`${name}ResourceCheck.namespace(string): ${name}ResourceCheck`]: narrowed('namespace'),
  [`${name}ResourceCheck.name(string): ${name}ResourceCheck`]: narrowed('name'),
  [`${name}ResourceCheck.fieldSelector(string): ${name}ResourceCheck`]: unselected,
  [`${name}ResourceCheck.labelSelector(string): ${name}ResourceCheck`]: unselected,
  [`${name}ResourceCheck.check(string): ${name}Decision`]: check,
  [`${name}Decision.allowed(): bool`]: ({ given }: Decision) => given.allowed,
  [`${name}Decision.reason(): string`]: ({ given }: Decision) => given.reason,
  [`${name}Decision.errored(): bool`]: ({ given }: Decision) => given.error !== '',
  [`${name}Decision.error(): string`]: ({ given }: Decision) => given.error,
};
