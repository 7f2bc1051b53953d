import { isRecord } from '../../apimachinery/object.ts';
import type { SelectorTerm } from '../selectors.ts';
import type { Attributes } from '../types.ts';

export type ReviewVersion = 'v1' | 'v1beta1';

/** `authorization.k8s.io/v1` SubjectAccessReviewSpec; empty values are left out, as Go's encoding does. */
export interface ReviewSpec {
  readonly resourceAttributes?: Readonly<Record<string, unknown>>;
  readonly nonResourceAttributes?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly uid?: string;
}

/** What a webhook answered. */
export interface ReviewStatus {
  readonly allowed: boolean;
  readonly denied: boolean;
  readonly reason: string;
}

const filled = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

const selector = (terms: readonly SelectorTerm[] | undefined) =>
  terms && terms.length > 0 ? { requirements: terms } : undefined;

/** The question that a webhook is asked about a request. */
export function reviewSpec(attributes: Attributes): ReviewSpec {
  const { user, verb, path } = attributes;
  return {
    ...(attributes.resourceRequest
      ? { resourceAttributes: resourceAttributes(attributes) }
      : { nonResourceAttributes: filled({ path, verb }) }),
    ...(user.name === '' ? {} : { user: user.name }),
    ...(user.groups.length === 0 ? {} : { groups: user.groups }),
    ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}),
    ...(user.uid ? { uid: user.uid } : {}),
  };
}

function resourceAttributes(attributes: Attributes): Record<string, unknown> {
  const { namespace, verb, group, version, resource, subresource, name } = attributes;
  const [fieldSelector, labelSelector] = [
    selector(attributes.fieldSelector),
    selector(attributes.labelSelector),
  ];
  return {
    ...filled({ namespace, verb, group, version, resource, subresource, name }),
    ...(fieldSelector ? { fieldSelector } : {}),
    ...(labelSelector ? { labelSelector } : {}),
  };
}

/** The object that is sent. In v1beta1 groups are called `group`. */
export function reviewBody(spec: ReviewSpec, version: ReviewVersion): object {
  const { groups, ...rest } = spec;
  const named = groups === undefined ? {} : version === 'v1' ? { groups } : { group: groups };
  return {
    kind: 'SubjectAccessReview',
    apiVersion: `authorization.k8s.io/${version}`,
    spec: { ...rest, ...named },
    status: { allowed: false },
  };
}

/** Throws an Error when the answer is no SubjectAccessReview of the version. One that does not say what it is counts as one. */
export function readStatus(answer: unknown, version: ReviewVersion): ReviewStatus {
  const wanted = `authorization.k8s.io/${version}`;
  const { kind = 'SubjectAccessReview', apiVersion = wanted } = isRecord(answer) ? answer : {};
  if (!isRecord(answer) || kind !== 'SubjectAccessReview' || apiVersion !== wanted) {
    throw new Error(`webhook returned no ${wanted} SubjectAccessReview`);
  }
  const status = isRecord(answer['status']) ? answer['status'] : {};
  const { allowed = false, denied = false, reason = '' } = status;
  if (typeof allowed !== 'boolean' || typeof denied !== 'boolean' || typeof reason !== 'string') {
    throw new Error('webhook returned a malformed SubjectAccessReview status');
  }
  return { allowed, denied, reason };
}
