import type { Clock } from '../../apimachinery/clock.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import { ttlCache } from '../../apimachinery/ttl-cache.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import { concerns, pods, refuse } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

/** Asks who decides about images; throws an Error when there is no answer. */
export interface ReviewClient {
  post(body: object): Promise<unknown>;
  close(): void;
}

export interface ImagePolicyConfiguration {
  readonly connect: (clock: Clock, random: Random) => ReviewClient;
  /** How long answers are remembered, milliseconds; 0: not at all. */
  readonly allowTtlMs: number;
  readonly denyTtlMs: number;
  /** Whether pods are let in when there is no answer. */
  readonly defaultAllow: boolean;
}

/** `imagepolicy.k8s.io/v1alpha1 ImageReviewStatus`. */
export interface ReviewStatus {
  readonly allowed: boolean;
  readonly reason: string;
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

const auditPrefix = 'imagepolicywebhook.image-policy.k8s.io/';
/** Annotations of a pod that the webhook is shown. */
const shownMark = '.image-policy.k8s.io/';

/** Answers that are remembered; the one that was not used for longest goes first. */
const maxKeptReviews = 1_024;
/** A question that is longer is asked each time; characters. */
const maxKeptQuestionLength = 10_000;

/** A webhook decides which images may run. */
export const imagePolicyWebhook: AdmissionPluginFactory = ({ clock, random }, given) => {
  const { connect, allowTtlMs, denyTtlMs, defaultAllow } = given as ImagePolicyConfiguration;
  const client = connect(clock, random);
  const cache = ttlCache<ReviewStatus>(clock, maxKeptReviews);

  /** Undefined when there is no answer and pods are let in then. */
  const review = async (request: AdmissionRequest, spec: object): Promise<ReviewStatus | undefined> => {
    const question = JSON.stringify(spec);
    const known = cache.get(question);
    if (known) return known;
    try {
      const status = statusIn(
        await client.post({
          kind: 'ImageReview',
          apiVersion: 'imagepolicy.k8s.io/v1alpha1',
          metadata: {},
          spec,
          status: { allowed: false },
        }),
      );
      if (question.length <= maxKeptQuestionLength)
        cache.put(question, status, status.allowed ? allowTtlMs : denyTtlMs);
      return status;
    } catch (error) {
      if (!defaultAllow) throw refuse(request, (error as Error).message);
      request.annotate(`${auditPrefix}failed-open`, 'true');
      return undefined;
    }
  };
  return {
    name: 'ImagePolicyWebhook',
    validate: (request) => {
      const { object, subresource } = request;
      if (!object || !['', 'ephemeralcontainers'].includes(subresource) || !concerns(request, pods))
        return undefined;
      return review(request, specOf(object, request)).then((status) => {
        if (status) obey(request, status);
      });
    },
    close: client.close,
  };
};

function specOf(pod: KubeObject, { subresource, namespace }: AdmissionRequest): object {
  const kinds =
    subresource === '' ? (['containers', 'initContainers'] as const) : (['ephemeralContainers'] as const);
  const containers = containersOf(pod, kinds).map(({ container: { image } }) => (image ? { image } : {}));
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(([key]) =>
    key.includes(shownMark),
  );
  return {
    ...(containers.length > 0 ? { containers } : {}),
    ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
    namespace,
  };
}

/** What the answer says; what it does not say is no. */
function statusIn(answer: unknown): ReviewStatus {
  const status = isRecord(answer) && isRecord(answer['status']) ? answer['status'] : undefined;
  if (!status) throw new Error('the image policy webhook answered with something that is no ImageReview');
  const { allowed, reason, auditAnnotations } = status;
  const annotations = Object.entries(isRecord(auditAnnotations) ? auditAnnotations : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    allowed: allowed === true,
    reason: typeof reason === 'string' ? reason : '',
    auditAnnotations: Object.fromEntries(annotations),
  };
}

function obey(request: AdmissionRequest, { allowed, reason, auditAnnotations }: ReviewStatus): void {
  for (const [key, value] of Object.entries(auditAnnotations)) request.annotate(auditPrefix + key, value);
  if (allowed) return;
  throw refuse(
    request,
    reason === ''
      ? 'one or more images rejected by webhook backend'
      : `image policy webhook backend denied one or more images: ${reason}`,
  );
}
