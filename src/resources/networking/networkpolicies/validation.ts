import type {
  INetworkPolicy,
  INetworkPolicyPeer,
  INetworkPolicyPort,
  INetworkPolicySpec,
} from 'kubernetes-models/networking.k8s.io/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isValidPortName, isValidPortNum } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import { invalidFor } from '../../validation/values.ts';
import { blocksOf, validateIPBlock } from './ip-blocks.ts';

const specPath = FieldPath.of('spec');
const protocols = ['TCP', 'UDP', 'SCTP'];
const policyTypes: readonly string[] = ['Ingress', 'Egress'];

const readSpec = (object: KubeObject): Partial<INetworkPolicySpec> =>
  (object as unknown as INetworkPolicy).spec ?? {};

/** `old` lets ranges stay that an older rule let be. */
export function validateNetworkPolicy(object: KubeObject, old?: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const oldRanges = old
    ? blocksOf(readSpec(old)).flatMap(({ block }) => [block.cidr, ...(block.except ?? [])])
    : [];
  const validateRules = (rules: readonly Rule[], path: FieldPath, peers: string) =>
    rules.flatMap((rule, i) => [
      ...(rule.ports ?? []).flatMap((port, j) => validatePort(port, path.index(i).child('ports').index(j))),
      ...rule.peers.flatMap((peer, j) => validatePeer(peer, oldRanges, path.index(i).child(peers).index(j))),
    ]);
  return [
    ...validateLabelSelector(spec.podSelector, specPath.child('podSelector')),
    ...validateRules(
      (spec.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from ?? [] })),
      specPath.child('ingress'),
      'from',
    ),
    ...validateRules(
      (spec.egress ?? []).map(({ ports, to }) => ({ ports, peers: to ?? [] })),
      specPath.child('egress'),
      'to',
    ),
    ...validateTypes(spec.policyTypes ?? [], specPath.child('policyTypes')),
  ];
}

/** A rule for either direction. */
interface Rule {
  readonly ports: readonly INetworkPolicyPort[] | undefined;
  readonly peers: readonly INetworkPolicyPeer[];
}

function validateTypes(types: readonly string[], path: FieldPath): FieldError[] {
  if (types.length > policyTypes.length) {
    return [invalid(path, types, 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, i) =>
    policyTypes.includes(type) ? [] : [notSupported(path.index(i), type, policyTypes)],
  );
}

function validatePort({ protocol, port, endPort }: INetworkPolicyPort, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(path.child('protocol'), protocol, protocols));
  }
  const portPath = path.child('port');
  const endPath = path.child('endPort');
  if (typeof port === 'number') {
    errors.push(...invalidFor(isValidPortNum(port), port, portPath));
    if (endPort === undefined) return errors;
    if (endPort < port) errors.push(invalid(endPath, port, 'must be greater than or equal to `port`'));
    return [...errors, ...invalidFor(isValidPortNum(endPort), endPort, endPath)];
  }
  if (endPort !== undefined) {
    const why = port === undefined ? 'not specified' : 'non-numeric';
    errors.push(invalid(endPath, endPort, `may not be specified when \`port\` is ${why}`));
  }
  if (port !== undefined) errors.push(...invalidFor(isValidPortName(port), port, portPath));
  return errors;
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: INetworkPolicyPeer,
  oldRanges: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (!podSelector && !namespaceSelector && !ipBlock) return [required(path, 'must specify a peer')];
  return [
    ...validateLabelSelector(podSelector, path.child('podSelector')),
    ...validateLabelSelector(namespaceSelector, path.child('namespaceSelector')),
    ...(ipBlock ? validateIPBlock(ipBlock, oldRanges, path.child('ipBlock')) : []),
    ...(ipBlock && (podSelector || namespaceSelector)
      ? [forbidden(path, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}
