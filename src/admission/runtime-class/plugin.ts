import type { IRuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import type { IPodSpec } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import { setOwn } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { type Amounts, sameAmounts } from '../amounts.ts';
import { concernsMain, pods, refuse } from '../request.ts';
import { ownValue, specOf } from '../structs.ts';
import { mergeTolerations } from '../tolerations.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

const runtimeClasses: GroupResource = { group: 'node.k8s.io', resource: 'runtimeclasses' };

/** Pods carry the overhead and go to the nodes of their RuntimeClass. */
export const runtimeClass: AdmissionPluginFactory = ({ reader }) => ({
  name: 'RuntimeClass',
  mutate: (request) => {
    const spec = newPodSpec(request);
    const found = spec && classOf(reader, request, spec);
    if (!spec || !found) return;
    const overhead = podOverhead(found);
    if (overhead) {
      if (Object.keys(spec.overhead ?? {}).length > 0) requireOverhead(request, spec, overhead);
      if (Object.keys(overhead).length > 0) spec.overhead = { ...overhead };
    }
    setScheduling(request, spec, found);
  },
  validate: (request) => {
    const spec = newPodSpec(request);
    if (!spec) return;
    const found = classOf(reader, request, spec);
    const overhead = found && podOverhead(found);
    if (overhead) requireOverhead(request, spec, overhead);
    else if (spec.overhead !== undefined) {
      throw refuse(
        request,
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      );
    }
  },
});

function newPodSpec(request: AdmissionRequest): IPodSpec | undefined {
  const { operation, object } = request;
  if (operation !== 'CREATE' || !object || !concernsMain(request, pods)) return undefined;
  return specOf<IPodSpec>(object);
}

function classOf(reader: Reader, request: AdmissionRequest, spec: IPodSpec): IRuntimeClass | undefined {
  const name = spec.runtimeClassName;
  if (name === undefined) return undefined;
  const found = reader.get(runtimeClasses, '', name);
  if (!found) throw refuse(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found as unknown as IRuntimeClass;
}

const podOverhead = ({ overhead }: IRuntimeClass): Amounts | undefined =>
  overhead && (overhead.podFixed ?? {});

function requireOverhead(request: AdmissionRequest, spec: IPodSpec, overhead: Amounts): void {
  if (sameAmounts(spec.overhead ?? {}, overhead)) return;
  throw refuse(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
}

function setScheduling(request: AdmissionRequest, spec: IPodSpec, { scheduling }: IRuntimeClass): void {
  if (!scheduling) return;
  const wanted = scheduling.nodeSelector ?? {};
  const selector: Record<string, string> = spec.nodeSelector ?? {};
  for (const key of Object.keys(wanted)) {
    const value = wanted[key]!;
    const present = ownValue(selector, key);
    if (present !== undefined && present !== value) {
      throw refuse(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${present}`,
      );
    }
    setOwn(selector, key, value);
  }
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  const tolerations = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []);
  if (tolerations.length > 0) spec.tolerations = tolerations;
}
