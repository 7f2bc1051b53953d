import type { IPodSpec } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { concernsMain, pods, refuse } from '../request.ts';
import { readSpec, specOf } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

const priorityClasses: GroupResource = { group: 'scheduling.k8s.io', resource: 'priorityclasses' };

/** What a PriorityClass stands for. */
interface Priority {
  readonly className: string;
  readonly value: number;
  readonly preemptionPolicy: string | undefined;
}

const withoutClass: Priority = { className: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' };

/** Pods carry the number of their PriorityClass; only one class may be the default. */
export const priority: AdmissionPluginFactory = ({ reader }) => ({
  name: 'Priority',
  mutate: (request) => {
    const { operation, object, oldObject } = request;
    if (!object || !concernsMain(request, pods)) return;
    if (operation === 'CREATE') setPriority(reader, request, specOf<IPodSpec>(object));
    else if (oldObject) keepPriority(specOf<IPodSpec>(object), readSpec<IPodSpec>(oldObject));
  },
  validate: (request) => {
    const { operation, object } = request;
    if (!object?.['globalDefault'] || !concernsMain(request, priorityClasses)) return;
    const other = defaultClass(reader)?.metadata.name;
    if (other === undefined || (operation === 'UPDATE' && other === object.metadata.name)) return;
    throw refuse(request, `PriorityClass ${other} is already marked as default. Only one default can exist`);
  },
});

function setPriority(reader: Reader, request: AdmissionRequest, spec: IPodSpec): void {
  const { className, value, preemptionPolicy } = priorityOf(reader, request, spec.priorityClassName ?? '');
  if (className !== '') spec.priorityClassName = className;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refuse(
      request,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (preemptionPolicy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw refuse(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemptionPolicy as NonNullable<IPodSpec['preemptionPolicy']>;
}

function priorityOf(reader: Reader, request: AdmissionRequest, className: string): Priority {
  if (className === '') {
    const byDefault = defaultClass(reader);
    return byDefault ? toPriority(byDefault) : withoutClass;
  }
  const found = reader.get(priorityClasses, '', className);
  if (!found) throw refuse(request, `no PriorityClass with name ${className} was found`);
  return toPriority(found);
}

const numberOf = ({ value }: KubeObject): number => (typeof value === 'number' ? value : 0);

const toPriority = (found: KubeObject): Priority => ({
  className: found.metadata.name ?? '',
  value: numberOf(found),
  preemptionPolicy: found['preemptionPolicy'] as string | undefined,
});

/** Races may leave several defaults; then the lowest counts. */
function defaultClass(reader: Reader): KubeObject | undefined {
  let lowest: KubeObject | undefined;
  for (const candidate of reader.list(priorityClasses, '')) {
    if (candidate['globalDefault'] !== true) continue;
    if (!lowest || numberOf(candidate) < numberOf(lowest)) lowest = candidate;
  }
  return lowest;
}

/** A client that sends its manifest again need not know what was filled in. */
function keepPriority(spec: IPodSpec, old: IPodSpec): void {
  if (old.priority !== undefined) spec.priority ??= old.priority;
  if (old.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
}
