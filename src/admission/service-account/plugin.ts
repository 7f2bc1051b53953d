import type { IPodSpec, IServiceAccount } from 'kubernetes-models/v1';
import { type Clock, nextTurn } from '../../apimachinery/clock.ts';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { secretReferences } from '../../resources/core/pods/secret-references.ts';
import { isMirrorPod } from '../mirror-pods.ts';
import { bareError, concerns, pods, refuse } from '../request.ts';
import { readSpec, specOf } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import { mountToken } from './mount-token.ts';
import { enforcesMountableSecrets, unmountable } from './mountable-secrets.ts';

const serviceAccounts: GroupResource = { group: '', resource: 'serviceaccounts' };
const defaultName = 'default';
const defaultWaitTurns = 50;
/** As often, and for about as long, as kube-apiserver asks for it. */
const defaultWaitAttempts = 10;
const defaultWaitMs = 150;

/** Pods run as a service account that exists, carry its token and pull secrets, and use no secrets that it may not. */
export const serviceAccount: AdmissionPluginFactory = ({ reader, random, clock }) => ({
  name: 'ServiceAccount',
  mutate: (request) => {
    const { operation, object } = request;
    if (operation !== 'CREATE' || !object || !concernsPod(request)) return;
    const act = () => {
      // A kubelet compares its mirror pods with what it sent, and takes back what is different.
      if (!isMirrorPod(object)) fill(reader, random, request, object);
      check(reader, request);
    };
    const name = readSpec<IPodSpec>(object).serviceAccountName || defaultName;
    const isKnown = reader.get(serviceAccounts, request.namespace, name) !== undefined;
    return isKnown || isMirrorPod(object)
      ? act()
      : accountSoon(reader, clock, request.namespace, name).then(act);
  },
  validate: (request) => {
    if (request.object && concernsPod(request)) check(reader, request);
  },
});

function fill(reader: Reader, random: Random, request: AdmissionRequest, pod: KubeObject): void {
  const spec = specOf<IPodSpec>(pod);
  spec.serviceAccountName ||= defaultName;
  const account = accountOf(reader, request);
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
    mountToken(pod, random);
  }
  if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => (name === undefined ? {} : { name }));
  }
}

/**
 * Waits for an account that another server may just have made; and for the one that a controller makes for every new namespace: in
 * this process that takes a few turns, and a controller of another server may take longer.
 */
async function accountSoon(reader: Reader, clock: Clock, namespace: string, name: string): Promise<void> {
  const isThere = () => reader.get(serviceAccounts, namespace, name) !== undefined;
  await reader.fresh?.();
  if (name !== defaultName) return;
  for (let turn = 0; turn < defaultWaitTurns && !isThere(); turn++) {
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
  for (let attempt = 1; attempt < defaultWaitAttempts && !isThere(); attempt++) {
    await new Promise<void>((resolve) => clock.setTimer(defaultWaitMs, resolve));
  }
}

const concernsPod = (request: AdmissionRequest): boolean =>
  ['', 'ephemeralcontainers'].includes(request.subresource) && concerns(request, pods);

function check(reader: Reader, request: AdmissionRequest): void {
  const { operation, subresource, object, namespace } = request;
  const isNew = operation === 'CREATE' && subresource === '';
  if (!object || (!isNew && subresource !== 'ephemeralcontainers')) return;
  if (isNew && isMirrorPod(object)) {
    checkMirrorPod(request, object);
    return;
  }
  if (!readSpec<IPodSpec>(object).serviceAccountName) {
    throw refuse(request, `no service account specified for pod ${namespace}/${object.metadata.name ?? ''}`);
  }
  const account = accountOf(reader, request);
  if (!enforcesMountableSecrets(account)) return;
  const why = unmountable(
    object,
    account,
    isNew ? ['initContainers', 'containers'] : ['ephemeralContainers'],
  );
  if (why === undefined) return;
  throw isNew ? refuse(request, why) : bareError(why);
}

function accountOf(reader: Reader, request: AdmissionRequest): IServiceAccount {
  const { serviceAccountName: name = '' } = readSpec<IPodSpec>(request.object!);
  const found = reader.get(serviceAccounts, request.namespace, name);
  if (found) return found as unknown as IServiceAccount;
  throw refuse(
    request,
    `error looking up service account ${request.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
  );
}

/** Who may write files on a node must not reach what the API keeps. */
function checkMirrorPod(request: AdmissionRequest, pod: KubeObject): void {
  const { serviceAccountName, volumes = [] } = readSpec<IPodSpec>(pod);
  if (serviceAccountName) throw refuse(request, 'a mirror pod may not reference service accounts');
  if (secretReferences(pod).length > 0) throw refuse(request, 'a mirror pod may not reference secrets');
  const projections = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  if (projections.some(({ serviceAccountToken }) => serviceAccountToken)) {
    throw refuse(request, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}
