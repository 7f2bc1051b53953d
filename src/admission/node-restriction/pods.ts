import type { IPodSpec } from 'kubernetes-models/v1';
import { isRecord, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { notFoundError } from '../../apimachinery/status.ts';
import { isMirrorPod, mirrorPodAnnotation } from '../mirror-pods.ts';
import { nodes, pods, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionRequest, AdmissionTools } from '../types.ts';
import { referencedKind } from './referenced-kind.ts';

/** Pods as a node may write them: it makes and removes its mirror pods, and reports on and evicts the pods it runs. */
export function checkPod(node: string, request: AdmissionRequest, tools: AdmissionTools): void {
  const { subresource } = request;
  if (subresource === '') checkPodItself(node, request, tools);
  else if (subresource === 'status') checkStatus(node, request);
  else if (subresource === 'eviction') checkEviction(node, request, tools);
  else {
    throw refuse(
      request,
      `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`,
    );
  }
}

const quoted = (text: string): string => JSON.stringify(text);
const nodeNameOf = (pod: KubeObject): string => readSpec<IPodSpec>(pod).nodeName ?? '';

function checkPodItself(node: string, request: AdmissionRequest, tools: AdmissionTools): void {
  const { operation, object, oldObject } = request;
  if (operation === 'CREATE' && object) {
    checkMirrorPod(node, request, object, tools);
    return;
  }
  if (operation !== 'DELETE' || !oldObject) {
    throw refuse(
      request,
      `unexpected operation ${quoted(operation)}, node ${quoted(node)} can only create and delete mirror pods`,
    );
  }
  if (nodeNameOf(oldObject) !== node) {
    throw refuse(request, `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`);
  }
}

function checkMirrorPod(
  node: string,
  request: AdmissionRequest,
  pod: KubeObject,
  tools: AdmissionTools,
): void {
  const who = `node ${quoted(node)}`;
  if (!isMirrorPod(pod)) {
    throw refuse(
      request,
      `pod does not have ${quoted(mirrorPodAnnotation)} annotation, ${who} can only create mirror pods`,
    );
  }
  if (nodeNameOf(pod) !== node) {
    throw refuse(request, `${who} can only create pods with spec.nodeName set to itself`);
  }
  checkOwner(node, request, pod, tools);
  const { kind, error } = referencedKind(pod);
  if (error !== undefined) throw refuse(request, `error checking mirror pod for API references: ${error}`);
  if (kind !== undefined) throw refuse(request, `${who} can not create pods that reference ${kind}`);
}

/** A mirror pod belongs to its node, so that it goes with it. */
function checkOwner(
  node: string,
  request: AdmissionRequest,
  pod: KubeObject,
  { reader }: AdmissionTools,
): void {
  const who = `node ${quoted(node)}`;
  const [owner, ...others] = pod.metadata.ownerReferences ?? [];
  if (others.length > 0) {
    throw refuse(request, `${who} can only create pods with a single owner reference set to itself`);
  }
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    throw refuse(request, `${who} can only create pods with an owner reference set to itself`);
  }
  if (!owner.controller) {
    throw refuse(request, `${who} can only create pods with a controller owner reference set to itself`);
  }
  if (owner.blockOwnerDeletion) {
    throw refuse(request, `${who} must not set blockOwnerDeletion on an owner reference`);
  }
  const uid = reader.get(nodes, '', node)?.metadata.uid;
  if (uid === undefined) throw notFoundError({ group: '', resource: 'node' }, node);
  if (owner.uid !== uid) throw refuse(request, `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`);
}

function checkStatus(node: string, request: AdmissionRequest): void {
  const { operation, object, oldObject } = request;
  if (operation !== 'UPDATE' || !object || !oldObject) {
    throw refuse(request, `unexpected operation ${quoted(operation)}`);
  }
  const who = `node ${quoted(node)}`;
  if (nodeNameOf(oldObject) !== node) {
    throw refuse(request, `${who} can only update pod status for pods with spec.nodeName set to itself`);
  }
  if (!jsonEqual(object.metadata.labels ?? {}, oldObject.metadata.labels ?? {})) {
    throw refuse(request, `${who} cannot update labels through pod status`);
  }
  const [now, before] = [object, oldObject].map(({ status }) => (isRecord(status) ? status : {}));
  if (!jsonEqual(now?.['resourceClaimStatuses'] ?? [], before?.['resourceClaimStatuses'] ?? [])) {
    throw refuse(request, `${who} cannot update resource claim statues`);
  }
  if (!jsonEqual(now?.['extendedResourceClaimStatus'], before?.['extendedResourceClaimStatus'])) {
    throw refuse(request, `${who} cannot update extended resource claim status`);
  }
}

function checkEviction(node: string, request: AdmissionRequest, { reader }: AdmissionTools): void {
  const { operation, namespace, name } = request;
  if (operation !== 'CREATE') throw refuse(request, `unexpected operation ${operation}`);
  const pod = reader.get(pods, namespace, name);
  if (!pod) throw notFoundError({ group: '', resource: 'pod' }, name);
  if (nodeNameOf(pod) !== node) {
    throw refuse(request, `node ${node} can only evict pods with spec.nodeName set to itself`);
  }
}
