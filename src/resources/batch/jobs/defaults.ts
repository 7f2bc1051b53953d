import type { IJobSpec } from 'kubernetes-models/batch/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultTemplateAndPolicy } from '../job-defaults.ts';

const defaultParallelism = 1;
const defaultBackoffLimit = 6;
/** With a limit per index the job as a whole has none. */
const unlimitedBackoff = 2 ** 31 - 1;

export function defaults(object: KubeObject): void {
  const spec = structIn<IJobSpec>(object, 'spec');
  defaultTemplateAndPolicy(spec);
  if (spec.parallelism === undefined) {
    spec.completions ??= defaultParallelism;
    spec.parallelism = defaultParallelism;
  }
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? defaultBackoffLimit : unlimitedBackoff;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultLabels(object, spec);
}

/** A job without labels has those of its pods. Both are one map, so that what is added to these is on the job too. */
export function defaultLabels({ metadata }: KubeObject, spec: IJobSpec): void {
  const templateLabels = spec.template?.metadata?.labels;
  if (Object.keys(metadata.labels ?? {}).length === 0 && templateLabels) metadata.labels = templateLabels;
}
