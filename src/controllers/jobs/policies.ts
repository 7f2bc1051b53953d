import type { Job, Pod } from '../../client/kinds.ts';
import { countCommon, countIndexes, type Indexes, parseIndexes } from './indexes.ts';

type JobSpec = NonNullable<Job['spec']>;
type FailurePolicy = NonNullable<JobSpec['podFailurePolicy']>;
type ExitCodes = NonNullable<FailurePolicy['rules'][number]['onExitCodes']>;
type ConditionPattern = NonNullable<FailurePolicy['rules'][number]['onPodConditions']>[number];

/** What the failure of a pod means to its job. */
export interface FailureVerdict {
  /** Whether it counts towards the limit of failures. */
  readonly counts: boolean;
  readonly action?: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** Why the job fails with it. */
  readonly message?: string;
}

/** The first rule that speaks of the pod decides; without one its failure counts. */
export function failureVerdict(policy: JobSpec['podFailurePolicy'], pod: Pod): FailureVerdict {
  for (const [index, { action, onExitCodes, onPodConditions = [] }] of (policy?.rules ?? []).entries()) {
    const what = onExitCodes ? exitOf(pod, onExitCodes) : conditionOf(pod, onPodConditions);
    if (what === undefined) continue;
    if (action === 'Ignore') return { counts: false, action };
    if (action !== 'FailJob') return { counts: true, action };
    return { counts: true, action, message: `${what} matching ${action} rule at index ${index}` };
  }
  return { counts: true };
}

function exitOf(
  { status, metadata }: Pod,
  { containerName, operator, values }: ExitCodes,
): string | undefined {
  for (const { name, state } of [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
  ]) {
    const exitCode = state?.terminated?.exitCode ?? 0;
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(exitCode) !== (operator === 'In')) continue;
    const { namespace, name: pod } = metadata;
    return `Container ${name} for pod ${namespace}/${pod} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function conditionOf({ status, metadata }: Pod, patterns: readonly ConditionPattern[]): string | undefined {
  const found = status?.conditions?.find((condition) =>
    patterns.some((pattern) => pattern.type === condition.type && pattern.status === condition.status),
  );
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}

/** Why a job has succeeded although not all of its indexes have; undefined when it has not. */
export function metSuccessRule(
  { successPolicy, completions = 0 }: JobSpec,
  succeeded: Indexes,
): string | undefined {
  if (succeeded.length === 0) return undefined;
  const index = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    const enough = succeededCount ?? Number.POSITIVE_INFINITY;
    if (succeededIndexes === undefined) return countIndexes(succeeded) >= enough;
    const wanted = parseIndexes(succeededIndexes, completions);
    const common = countCommon(wanted, succeeded);
    return wanted.length > 0 && (common === countIndexes(wanted) || common >= enough);
  });
  return index === -1 || index === undefined ? undefined : `Matched rules at index ${index}`;
}
