import type { INodeStatus, IPodSpec } from 'kubernetes-models/v1';
import { isRecord, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { concerns, nodes, pods, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

type Change = (now: IPodSpec, before: IPodSpec) => boolean;

/** What a node must be able to do for a change of a pod, by the names under which nodes declare it; in order. */
const features: readonly (readonly [string, Change])[] = [
  ['InPlacePodLevelResourcesVerticalScaling', (now, before) => !jsonEqual(now.resources, before.resources)],
  ['InPlacePodVerticalScalingInitContainers', resizesInitContainers],
];

/** A pod is not changed into something that its node cannot do (KEP-5328). */
export const nodeDeclaredFeatureValidator: AdmissionPluginFactory = ({ reader }) => ({
  name: 'NodeDeclaredFeatureValidator',
  validate: (request) => {
    const { object, oldObject } = request;
    if (!object || !oldObject || !changesSpec(request, object, oldObject)) return;
    const [now, before] = [readSpec<IPodSpec>(object), readSpec<IPodSpec>(oldObject)];
    if (!now.nodeName) return;
    const needed = features.filter(([, needs]) => needs(now, before)).map(([name]) => name);
    if (needed.length === 0) return;
    const node = reader.get(nodes, '', now.nodeName);
    const quoted = JSON.stringify(now.nodeName);
    if (!node) throw refuse(request, `node ${quoted} not found`);
    const missing = needed.filter((name) => !declaredBy(node).includes(name));
    if (missing.length === 0) return;
    throw refuse(
      request,
      `pod update requires features ${missing.join(', ')} which are not available on node ${quoted}`,
    );
  },
});

const changesSpec = (request: AdmissionRequest, object: KubeObject, old: KubeObject): boolean =>
  request.operation === 'UPDATE' &&
  ['', 'resize'].includes(request.subresource) &&
  concerns(request, pods) &&
  object.metadata.generation !== old.metadata.generation;

function resizesInitContainers(now: IPodSpec, before: IPodSpec): boolean {
  return (before.initContainers ?? []).some(
    ({ restartPolicy, resources }, index) =>
      restartPolicy !== 'Always' && !jsonEqual(resources ?? {}, now.initContainers?.[index]?.resources ?? {}),
  );
}

const declaredBy = ({ status }: KubeObject): readonly string[] =>
  (isRecord(status)
    ? (status as INodeStatus & { declaredFeatures?: string[] }).declaredFeatures
    : undefined) ?? [];
