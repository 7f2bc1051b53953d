import type { IContainer } from 'kubernetes-models/v1';
import type { Draft } from '../../client/client.ts';
import { type Job, jobs, type Pod } from '../../client/kinds.ts';
import { podFrom } from '../pod-template.ts';
import {
  failsByIndex,
  failureCountName,
  failuresBefore,
  ignoredBefore,
  ignoredCountName,
  indexName,
  trackingFinalizer,
} from './job-pods.ts';
import { failureVerdict } from './policies.ts';

/** Longest beginning of a name that the server completes. */
const longestPrefix = 58;

/** A pod of the job, and of one of its indexes, in place of one that has failed. */
export function draftFor(job: Job, index: number | undefined, replaced: Pod | undefined): Draft<Pod> {
  const draft = podFrom(job.spec!.template, jobs, job);
  const metadata = draft.metadata as { finalizers?: string[]; labels?: object; annotations?: object };
  const tracked = {
    ...metadata,
    finalizers: [
      ...(metadata.finalizers ?? []).filter((name) => name !== trackingFinalizer),
      trackingFinalizer,
    ],
  };
  if (index === undefined) return { ...draft, metadata: tracked };
  const ending = `-${index}-`;
  const { spec } = draft;
  return {
    ...draft,
    metadata: {
      ...tracked,
      generateName: job.metadata.name.slice(0, longestPrefix - ending.length) + ending,
      labels: { ...metadata.labels, [indexName]: `${index}` },
      annotations: { ...metadata.annotations, [indexName]: `${index}`, ...failureCounts(job, replaced) },
    },
    spec: {
      ...spec!,
      hostname: `${job.metadata.name}-${index}`,
      containers: spec!.containers.map(withIndex),
      ...(spec!.initContainers ? { initContainers: spec!.initContainers.map(withIndex) } : {}),
    },
  };
}

const indexVariable = 'JOB_COMPLETION_INDEX';

function withIndex(container: IContainer): IContainer {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === indexVariable)) return container;
  const fieldPath = `metadata.labels['${indexName}']`;
  return { ...container, env: [...env, { name: indexVariable, valueFrom: { fieldRef: { fieldPath } } }] };
}

/** How often the index has failed so far, and how often that did not count. */
function failureCounts(job: Job, replaced: Pod | undefined): Record<string, string> {
  if (!failsByIndex(job)) return {};
  const counts = replaced && failureVerdict(job.spec?.podFailurePolicy, replaced).counts;
  const failures = replaced ? failuresBefore(replaced) + (counts ? 1 : 0) : 0;
  const ignored = replaced ? ignoredBefore(replaced) + (counts ? 0 : 1) : 0;
  return { [failureCountName]: `${failures}`, ...(ignored > 0 ? { [ignoredCountName]: `${ignored}` } : {}) };
}
