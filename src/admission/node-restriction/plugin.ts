import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import { certificateSigningRequests, nodes, persistentVolumeClaims, pods, refuse } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest, AdmissionTools } from '../types.ts';
import { checkSigningRequest } from './certificates.ts';
import { checkClaim } from './claims.ts';
import { checkNode } from './nodes.ts';
import { checkCsiNode, checkLease, checkResourceSlice } from './own-objects.ts';
import { checkPod } from './pods.ts';
import { checkServiceAccount } from './tokens.ts';

/** Throws what refuses a write of the node of this name. */
export type NodeCheck = (
  nodeName: string,
  request: AdmissionRequest,
  tools: AdmissionTools,
) => void | Promise<void>;

const checks: readonly (readonly [GroupResource, NodeCheck])[] = [
  [pods, checkPod],
  [nodes, checkNode],
  [persistentVolumeClaims, checkClaim],
  [{ group: '', resource: 'serviceaccounts' }, checkServiceAccount],
  [{ group: 'coordination.k8s.io', resource: 'leases' }, checkLease],
  [{ group: 'storage.k8s.io', resource: 'csinodes' }, checkCsiNode],
  [{ group: 'resource.k8s.io', resource: 'resourceslices' }, checkResourceSlice],
  [
    { group: 'certificates.k8s.io', resource: 'podcertificaterequests' },
    (_, request) => {
      throw refuse(request, 'PodCertificateRequest feature gate is disabled');
    },
  ],
  [certificateSigningRequests, checkSigningRequest],
];
const byResource = new Map(checks.map(([{ group, resource }, check]) => [`${group}/${resource}`, check]));

const nodesGroup = 'system:nodes';
const nodePrefix = 'system:node:';

/** A kubelet writes its own node and the pods on it, and nothing that would let it reach beyond (KEP-279). */
export const nodeRestriction: AdmissionPluginFactory = (tools) => {
  const check = (request: AdmissionRequest) => {
    const nodeName = nodeOf(request.user);
    if (nodeName === undefined) return undefined;
    return byResource.get(`${request.definition.group}/${request.definition.resource}`)?.(
      nodeName,
      request,
      tools,
    );
  };
  return {
    name: 'NodeRestriction',
    // Before validation, which resets what a node tries to change.
    mutate: (request) => (request.operation === 'CONNECT' ? undefined : check(request)),
  };
};

/** The name of the node that a user is; undefined for everybody else. */
function nodeOf({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(nodePrefix) && groups.includes(nodesGroup)
    ? name.slice(nodePrefix.length)
    : undefined;
}
