import { componentRoles } from '../../resources/bootstrap/rbac/component-roles.ts';
import { rulesAllow } from '../policy-rules.ts';
import { requires } from '../selectors.ts';
import { type Attributes, type Authorizer, noOpinion, type RuleResolver, type Verdict } from '../types.ts';
import type { NodeGraph } from './graph.ts';
import { nodeNameOf } from './identity.ts';
import type { NeededKind } from './pod-needs.ts';

const allowed: Verdict = Object.freeze({ decision: 'allow', reason: '' });
const refused = (reason: string): Verdict => ({ decision: 'noOpinion', reason });

/** Decides about one resource for the node `node`. */
type Rule = (graph: NodeGraph, node: string, attributes: Attributes) => Verdict;

const leaseNamespace = 'kube-node-lease';

/**
 * `--authorization-mode=Node`: lets kubelets read what their pods need and write what is about their node. It never denies.
 * Source: `plugin/pkg/auth/authorizer/node`. What an object says about a node is checked by the admission plugin
 * NodeRestriction.
 */
export function nodeAuthorizer(graph: NodeGraph): Authorizer & RuleResolver {
  const nodeRules = componentRoles().find(({ name }) => name === 'system:node')?.rules ?? [];
  return {
    authorize(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined) return noOpinion;
      if (node === '') return refused(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
      const rule = attributes.resourceRequest
        ? rules.get(`${attributes.group}/${attributes.resource}`)
        : undefined;
      if (rule) return rule(graph, node, attributes);
      return rulesAllow(attributes, nodeRules) ? allowed : noOpinion;
    },
    rulesFor: (user) =>
      nodeNameOf(user) === undefined
        ? { rules: [], incomplete: false }
        : { rules: [], incomplete: true, error: 'node authorizer does not support user rule resolution' },
  };
}

/** Allows what is related to the node. */
function related(node: string, { name }: Attributes, isRelated: () => boolean): Verdict {
  if (name === '') return refused('No Object name found');
  return isRelated() ? allowed : refused(`no relationship found between node '${node}' and this object`);
}

const getOnly =
  (isRelated: (graph: NodeGraph, node: string, attributes: Attributes) => boolean): Rule =>
  (graph, node, attributes) => {
    if (attributes.verb !== 'get') return refused('can only get individual resources of this type');
    if (attributes.subresource !== '') return refused('cannot get subresource');
    return related(node, attributes, () => isRelated(graph, node, attributes));
  };

const needed =
  (kind: NeededKind) =>
  (graph: NodeGraph, node: string, { namespace, name }: Attributes): boolean =>
    graph.needs(node, kind, namespace, name);

const readVerbs = ['get', 'list', 'watch'];

const readNamespaced =
  (kind: NeededKind): Rule =>
  (graph, node, attributes) => {
    if (!readVerbs.includes(attributes.verb)) return refused('can only read resources of this type');
    if (attributes.subresource !== '') return refused('cannot read subresource');
    if (attributes.namespace === '') return refused('can only read namespaced object of this type');
    return related(node, attributes, () => needed(kind)(graph, node, attributes));
  };

const claims: Rule = (graph, node, attributes) => {
  if (attributes.subresource !== 'status') {
    return getOnly(needed('persistentvolumeclaims'))(graph, node, attributes);
  }
  if (!['update', 'patch'].includes(attributes.verb)) return refused('can only get/update/patch this type');
  return related(node, attributes, () => needed('persistentvolumeclaims')(graph, node, attributes));
};

const serviceAccounts: Rule = (graph, node, attributes) => {
  const { verb, subresource, name } = attributes;
  if (verb === 'get' && subresource === '') {
    return readNamespaced('serviceaccounts')(graph, node, attributes);
  }
  if (verb !== 'create' || name === '') {
    return refused('can only create tokens for individual service accounts');
  }
  if (subresource !== 'token') return refused('can only create token subresource of serviceaccount');
  return related(node, attributes, () => needed('serviceaccounts')(graph, node, attributes));
};

const ownVerbs = ['get', 'create', 'update', 'patch', 'delete'];
/** The name of what is created is not known here; NodeRestriction looks at it. */
const isOwn = ({ verb, name }: Attributes, node: string): boolean => verb === 'create' || name === node;

const leases: Rule = (_graph, node, attributes) => {
  if (!ownVerbs.includes(attributes.verb)) {
    return refused('can only get, create, update, patch, or delete a node lease');
  }
  if (attributes.namespace !== leaseNamespace) {
    return refused(`can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`);
  }
  return isOwn(attributes, node)
    ? allowed
    : refused('can only access node lease with the same name as the requesting node');
};

const csiNodes: Rule = (_graph, node, attributes) => {
  if (!ownVerbs.includes(attributes.verb)) {
    return refused('can only get, create, update, patch, or delete a CSINode');
  }
  if (attributes.subresource !== '') return refused('cannot authorize CSINode subresources');
  return isOwn(attributes, node)
    ? allowed
    : refused('can only access CSINode with the same name as the requesting node');
};

const slices: Rule = (graph, node, attributes) => {
  const { verb, subresource, name } = attributes;
  if (subresource !== '') return refused('cannot authorize ResourceSlice subresources');
  if (verb === 'create') return allowed;
  if (['get', 'update', 'patch', 'delete'].includes(verb)) {
    return related(node, attributes, () => graph.hasSlice(node, name));
  }
  if (!['list', 'watch', 'deletecollection'].includes(verb)) {
    return refused(
      'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
    );
  }
  return requires(attributes.fieldSelector, 'spec.nodeName', node)
    ? allowed
    : refused('can only list/watch/deletecollection resourceslices with nodeName field selector');
};

const nodes: Rule = (_graph, node, { verb, subresource, name }) => {
  if (subresource === 'status') return ['update', 'patch'].includes(verb) ? allowed : noOpinion;
  if (subresource !== '') return noOpinion;
  if (['create', 'update', 'patch'].includes(verb)) return allowed;
  if (!readVerbs.includes(verb)) return noOpinion;
  if (name === node) return allowed;
  return refused(
    name === ''
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${name}', only its own Node object`,
  );
};

const pods: Rule = (graph, node, attributes) => {
  const { verb, subresource, namespace, name } = attributes;
  if (subresource === 'status') return ['update', 'patch'].includes(verb) ? allowed : noOpinion;
  if (subresource === 'eviction') return verb === 'create' ? allowed : noOpinion;
  if (subresource !== '') return noOpinion;
  if (verb === 'create' || verb === 'delete') return allowed;
  if (!readVerbs.includes(verb)) return noOpinion;
  const isHere = () => graph.hasPod(node, namespace, name);
  if (verb === 'get') return related(node, attributes, isHere);
  if (requires(attributes.fieldSelector, 'spec.nodeName', node)) return allowed;
  return name === ''
    ? refused('can only list/watch pods with spec.nodeName field selector')
    : related(node, attributes, isHere);
};

const rules: ReadonlyMap<string, Rule> = new Map([
  ['/secrets', readNamespaced('secrets')],
  ['/configmaps', readNamespaced('configmaps')],
  ['/persistentvolumeclaims', claims],
  ['/persistentvolumes', getOnly((graph, node, { name }) => graph.usesVolume(node, name))],
  ['/serviceaccounts', serviceAccounts],
  ['/nodes', nodes],
  ['/pods', pods],
  ['resource.k8s.io/resourceclaims', getOnly(needed('resourceclaims'))],
  ['resource.k8s.io/resourceslices', slices],
  ['storage.k8s.io/volumeattachments', getOnly((graph, node, { name }) => graph.hasAttachment(node, name))],
  ['storage.k8s.io/csinodes', csiNodes],
  ['coordination.k8s.io/leases', leases],
  // The feature that nodes would need it for is off.
  ['certificates.k8s.io/podcertificaterequests', () => noOpinion],
]);
