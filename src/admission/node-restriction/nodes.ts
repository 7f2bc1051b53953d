import type { INodeSpec } from 'kubernetes-models/v1';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { refuse } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionRequest } from '../types.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels of the project that a kubelet sets on its node. */
const kubeletLabels: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
const kubeletDomains = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const projectDomains = ['kubernetes.io', 'k8s.io'];
const restrictedDomain = 'node-restriction.kubernetes.io';

/** A node writes itself, and nothing that would draw work to it that is not meant for it. */
export function checkNode(node: string, request: AdmissionRequest): void {
  const { operation, object, oldObject, name } = request;
  const who = `node ${JSON.stringify(node)}`;
  if (name !== node) throw refuse(request, `${who} is not allowed to modify node ${JSON.stringify(name)}`);
  if (operation === 'CREATE' && object) checkNew(who, request, object);
  if (operation === 'UPDATE' && object && oldObject) checkChange(who, request, object, oldObject);
}

function checkNew(who: string, request: AdmissionRequest, object: KubeObject): void {
  if (readSpec<INodeSpec>(object).configSource) {
    throw refuse(request, `${who} is not allowed to create pods with a non-nil configSource`);
  }
  const labels = forbiddenLabels(object.metadata.labels ?? {}, {});
  if (labels.length > 0) {
    throw refuse(request, `${who} is not allowed to set the following labels: ${labels.join(', ')}`);
  }
}

function checkChange(who: string, request: AdmissionRequest, object: KubeObject, old: KubeObject): void {
  const [spec, oldSpec] = [readSpec<INodeSpec>(object), readSpec<INodeSpec>(old)];
  if (spec.configSource && !jsonEqual(spec.configSource, oldSpec.configSource)) {
    throw refuse(request, `${who} is not allowed to update configSource to a new non-nil configSource`);
  }
  if (!jsonEqual(spec.taints ?? [], oldSpec.taints ?? [])) {
    throw refuse(request, `${who} is not allowed to modify taints`);
  }
  if (!jsonEqual(object.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])) {
    throw refuse(request, `${who} is not allowed to modify ownerReferences`);
  }
  const labels = forbiddenLabels(object.metadata.labels ?? {}, old.metadata.labels ?? {});
  if (labels.length > 0) throw refuse(request, `is not allowed to modify labels: ${labels.join(', ')}`);
}

/** Keys that are not a node's, of labels that differ. */
function forbiddenLabels(now: Labels, before: Labels): string[] {
  const keys = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...keys].filter((key) => ownValue(now, key) !== ownValue(before, key) && isForbidden(key)).sort();
}

function isForbidden(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (isWithin(domain, [restrictedDomain])) return true;
  return isWithin(domain, projectDomains) && !kubeletLabels.has(key) && !isWithin(domain, kubeletDomains);
}

const isWithin = (domain: string, domains: readonly string[]): boolean =>
  domains.some((other) => domain === other || domain.endsWith(`.${other}`));
