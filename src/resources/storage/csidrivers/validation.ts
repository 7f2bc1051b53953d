import type { ICSIDriverSpec, ITokenRequest } from 'kubernetes-models/storage.k8s.io/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

const path = FieldPath.of('spec');
/** Sorted, as messages print them. */
const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];
const minTokenSeconds = 600;
const maxTokenSeconds = 2 ** 32;
const minAllocatableUpdateSeconds = 10;
/** Set by defaulting, under the name by which messages call them. */
const requiredFields = [
  ['attachRequired', 'attachedRequired'],
  ['podInfoOnMount', 'podInfoOnMount'],
  ['storageCapacity', 'storageCapacity'],
  ['seLinuxMount', 'seLinuxMount'],
] as const;

export function validateCSIDriver(object: KubeObject): FieldError[] {
  const spec = readStruct<ICSIDriverSpec>(object, 'spec');
  const { fsGroupPolicy, nodeAllocatableUpdatePeriodSeconds: period } = spec;
  const modesPath = path.child('volumeLifecycleModes');
  return [
    ...requiredFields
      .filter(([name]) => spec[name] === undefined)
      .map(([, called]) => required(path.child(called))),
    ...(fsGroupPolicy === undefined || fsGroupPolicies.includes(fsGroupPolicy)
      ? []
      : [notSupported(path.child('fsGroupPolicy'), fsGroupPolicy, fsGroupPolicies)]),
    ...validateTokenRequests(spec.tokenRequests ?? []),
    ...(spec.volumeLifecycleModes ?? [])
      .filter((mode) => !lifecycleModes.includes(mode))
      .map((mode) => notSupported(modesPath, mode, lifecycleModes)),
    ...(period !== undefined && period < minAllocatableUpdateSeconds
      ? [invalid(path.child('nodeAllocatableUpdatePeriodSeconds'), period, periodMessage)]
      : []),
    ...validateTokensInSecrets(spec),
  ];
}

const periodMessage = `must be greater than or equal to ${minAllocatableUpdateSeconds} seconds`;

export function validateCSIDriverUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readStruct<ICSIDriverSpec>(object, 'spec');
  const oldSpec = readStruct<ICSIDriverSpec>(old, 'spec');
  return [
    ...validateCSIDriver(object),
    ...validateImmutableField(spec.attachRequired, oldSpec.attachRequired, path.child('attachedRequired')),
    ...validateImmutableField(
      spec.volumeLifecycleModes,
      oldSpec.volumeLifecycleModes,
      path.child('volumeLifecycleModes'),
    ),
  ];
}

function validateTokensInSecrets({
  serviceAccountTokenInSecrets,
  tokenRequests,
}: ICSIDriverSpec): FieldError[] {
  if (serviceAccountTokenInSecrets === undefined || (tokenRequests ?? []).length > 0) return [];
  const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
  return [invalid(path.child('serviceAccountTokenInSecrets'), serviceAccountTokenInSecrets, detail)];
}

/** One token per audience. */
function validateTokenRequests(requests: readonly ITokenRequest[]): FieldError[] {
  const seen = new Set<string>();
  return requests.flatMap(({ audience = '', expirationSeconds }, i) => {
    const requestPath = path.child('tokenRequests').index(i);
    if (seen.has(audience)) return [duplicate(requestPath.child('audience'), audience)];
    seen.add(audience);
    return expirationSeconds === undefined
      ? []
      : validateExpiration(expirationSeconds, requestPath.child('expirationSeconds'));
  });
}

function validateExpiration(seconds: number, secondsPath: FieldPath): FieldError[] {
  if (seconds < minTokenSeconds) {
    return [invalid(secondsPath, seconds, 'may not specify a duration less than 10 minutes')];
  }
  return seconds > maxTokenSeconds
    ? [invalid(secondsPath, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : [];
}
