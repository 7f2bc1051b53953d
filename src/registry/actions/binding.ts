import { FieldPath, invalid, notSupported, required } from '../../apimachinery/field-error.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { badRequest, bareError, conflict, errorListText, invalidError } from '../../apimachinery/status.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Registry } from '../context.ts';
import { checkReplacedUid } from '../write/metadata.ts';
import { update } from '../write/update.ts';
import { pastAdmission } from './admit.ts';
import { setPodCondition, statusOf } from './pod-conditions.ts';
import { type Action, successStatus } from './types.ts';

/** POST `/binding`: assigns a pod to a node (`BindingREST` of core/pod). */
export const bind: Action = async (registry, target, caller, body, validated) => {
  if ((body.metadata.name ?? '') !== target.name)
    throw badRequest('name in URL does not match name in Binding object');
  const reference = isRecord(body['target']) ? body['target'] : {};
  const kind = reference['kind'] ?? '';
  const node = typeof reference['name'] === 'string' ? reference['name'] : '';
  const path = FieldPath.of('target');
  const errors = [
    ...(kind !== '' && kind !== 'Node' ? [notSupported(path.child('kind'), kind, ['Node', '<empty>'])] : []),
    ...(node === '' ? [required(path.child('name'))] : []),
  ];
  if (errors.length > 0) throw bareError(errorListText(errors));
  await validated();
  const { uid, resourceVersion, annotations, labels } = body.metadata;
  const key = objectKey(registry.layout, target.definition, target.namespace, target.name);
  await update(pastAdmission(registry), { ...target, subresource: 'binding' }, caller, {
    produce: (pod) => {
      refuseBinding(pod!, node);
      if (uid) checkReplacedUid(target, key, uid, pod);
      if (resourceVersion) pod!.metadata.resourceVersion = resourceVersion;
      if (annotations) pod!.metadata.annotations = { ...pod!.metadata.annotations, ...annotations };
      if (labels) pod!.metadata.labels = { ...pod!.metadata.labels, ...labels };
      return assign(registry, pod!, node);
    },
  });
  return successStatus();

  function refuseBinding(pod: KubeObject, wanted: string): void {
    const refuse = (why: string) => conflict({ group: '', resource: 'pods/binding' }, target.name, why);
    const spec = isRecord(pod['spec']) ? pod['spec'] : {};
    if (pod.metadata.deletionTimestamp)
      throw refuse(`pod ${target.name} is being deleted, cannot be assigned to a host`);
    const present = spec['nodeName'];
    if (typeof present === 'string' && present !== '') {
      throw refuse(`pod ${target.name} is already assigned to node ${JSON.stringify(present)}`);
    }
    if (Array.isArray(spec['schedulingGates']) && spec['schedulingGates'].length > 0) {
      throw invalidError({ group: '', kind: 'Binding' }, target.name, [
        invalid(FieldPath.of('target', 'name'), wanted, 'pod has non-empty .spec.schedulingGates'),
      ]);
    }
  }
};

function assign({ clock }: Registry, pod: KubeObject, node: string): KubeObject {
  pod['spec'] = { ...(isRecord(pod['spec']) ? pod['spec'] : {}), nodeName: node };
  // Where it might have gone is of no interest any more.
  const { nominatedNodeName: _nominated, ...status } = statusOf(pod);
  pod['status'] = status;
  setPodCondition(clock, pod, { type: 'PodScheduled', status: 'True' });
  return pod;
}
