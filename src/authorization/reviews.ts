import type { UserInfo } from '../apimachinery/user.ts';
import { fieldTerms, labelTerms, type ReadTerms, type SelectorTerm, selectorOperators } from './selectors.ts';
import type { Attributes, Authorizer, PolicyRule, RuleResolver, UserRules, Verdict } from './types.ts';

/** `spec.resourceAttributes` of an access review. */
export interface ResourceAttributes {
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: SelectorAttributes;
  readonly labelSelector?: SelectorAttributes;
}

/** One of the two is given; validation saw to it. */
interface SelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly SelectorTerm[];
}

/** The spec of SelfSubjectAccessReview; the other two add who is asked about. Validation left one of the two set. */
export interface AccessReviewSpec {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string };
}

export interface SubjectAccessReviewSpec extends AccessReviewSpec {
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** `authorization.k8s.io/v1` SubjectAccessReviewStatus. */
export interface AccessReviewStatus {
  allowed: boolean;
  denied?: boolean;
  reason?: string;
  evaluationError?: string;
}

/** `authorization.k8s.io/v1` SubjectRulesReviewStatus. */
export interface RulesReviewStatus {
  resourceRules: PolicyRule[];
  nonResourceRules: PolicyRule[];
  incomplete: boolean;
  evaluationError?: string;
}

/** `authentication.k8s.io/v1` UserInfo. */
export interface UserInfoStatus {
  username?: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

const blank: Omit<Attributes, 'user' | 'verb'> = {
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  resourceRequest: false,
  path: '',
};

/** The request that a review asks about. A version left out means any. */
export function reviewedAttributes(user: UserInfo, spec: AccessReviewSpec): Attributes {
  const resource = spec.resourceAttributes;
  if (!resource) {
    const { verb = '', path = '' } = spec.nonResourceAttributes ?? {};
    return { ...blank, user, verb, path };
  }
  return {
    ...blank,
    user,
    verb: resource.verb ?? '',
    group: resource.group ?? '',
    version: resource.version || '*',
    resource: resource.resource ?? '',
    subresource: resource.subresource ?? '',
    namespace: resource.namespace ?? '',
    name: resource.name ?? '',
    resourceRequest: true,
    ...(resource.fieldSelector ? { fieldSelector: readSelector(resource.fieldSelector, 'field').terms } : {}),
    ...(resource.labelSelector ? { labelSelector: readSelector(resource.labelSelector, 'label').terms } : {}),
  };
}

type SelectorKind = 'field' | 'label';
const readers: Readonly<Record<SelectorKind, ReadTerms>> = { field: fieldTerms, label: labelTerms };

/** What of a selector is understood. The rest is left out, as selectors only narrow what is asked for, and is told. */
function readSelector({ rawSelector = '', requirements = [] }: SelectorAttributes, kind: SelectorKind) {
  if (rawSelector !== '') {
    const terms = readers[kind](rawSelector);
    return { terms: terms ?? [], ignored: terms ? '' : 'ignored' };
  }
  const terms = requirements.filter(isKnown[kind]);
  if (terms.length === requirements.length) return { terms, ignored: '' };
  return { terms, ignored: terms.length === 0 ? 'ignored' : 'partially ignored' };
}

/** Fields are compared with one value, and labels in every way there is. */
const isKnown: Readonly<Record<SelectorKind, (term: SelectorTerm) => boolean>> = {
  field: ({ operator, values = [] }) => (operator === 'In' || operator === 'NotIn') && values.length === 1,
  label: ({ operator }) => selectorOperators.includes(operator),
};

function ignoredSelectors({ resourceAttributes = {} }: AccessReviewSpec): string[] {
  const { fieldSelector, labelSelector } = resourceAttributes;
  const told = (selector: SelectorAttributes | undefined, kind: SelectorKind) => {
    const { ignored } = selector ? readSelector(selector, kind) : { ignored: '' };
    return ignored === '' ? [] : [`spec.resourceAttributes.${kind}Selector ${ignored} due to parse error`];
  };
  return [...told(fieldSelector, 'field'), ...told(labelSelector, 'label')];
}

/** The user that a SubjectAccessReview or LocalSubjectAccessReview asks about. */
export function reviewedUser(spec: SubjectAccessReviewSpec): UserInfo {
  return {
    name: spec.user ?? '',
    groups: spec.groups ?? [],
    ...(spec.uid ? { uid: spec.uid } : {}),
    ...(spec.extra ? { extra: spec.extra } : {}),
  };
}

function accessStatus({ decision, reason, error }: Verdict, ignored: readonly string[]): AccessReviewStatus {
  const errors = [...(error === undefined ? [] : [error]), ...ignored];
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' ? { denied: true } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(errors.length === 0 ? {} : { evaluationError: errors.join('; ') }),
  };
}

/** Status of a SelfSubjectAccessReview sent by `user`. */
export async function selfSubjectAccessReview(
  authorizer: Authorizer,
  user: UserInfo,
  spec: AccessReviewSpec,
): Promise<AccessReviewStatus> {
  return accessStatus(await authorizer.authorize(reviewedAttributes(user, spec)), ignoredSelectors(spec));
}

/** Status of a SubjectAccessReview or LocalSubjectAccessReview. */
export const subjectAccessReview = (
  authorizer: Authorizer,
  spec: SubjectAccessReviewSpec,
): Promise<AccessReviewStatus> => selfSubjectAccessReview(authorizer, reviewedUser(spec), spec);

/** Status of a SelfSubjectRulesReview. `namespace` is `spec.namespace`, which the sender must give. */
export const selfSubjectRulesReview = (
  resolver: RuleResolver,
  user: UserInfo,
  namespace: string,
): RulesReviewStatus => rulesStatus(resolver.rulesFor(user, namespace));

function rulesStatus({ rules, incomplete, error }: UserRules): RulesReviewStatus {
  return {
    resourceRules: rules.filter((rule) => rule.resources?.length).map(resourcePart),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs?.length).map(nonResourcePart),
    incomplete,
    ...(error === undefined ? {} : { evaluationError: error }),
  };
}

const resourcePart = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule): PolicyRule => ({
  verbs,
  ...(apiGroups?.length ? { apiGroups } : {}),
  ...(resources?.length ? { resources } : {}),
  ...(resourceNames?.length ? { resourceNames } : {}),
});

const nonResourcePart = ({ verbs, nonResourceURLs }: PolicyRule): PolicyRule => ({
  verbs,
  ...(nonResourceURLs?.length ? { nonResourceURLs } : {}),
});

/** Status of a SelfSubjectReview: who the server takes the sender for. */
export function selfSubjectReview(user: UserInfo): { userInfo: UserInfoStatus } {
  const extra = Object.entries(user.extra ?? {});
  return {
    userInfo: {
      ...(user.name ? { username: user.name } : {}),
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
      ...(extra.length > 0
        ? { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) }
        : {}),
    },
  };
}
