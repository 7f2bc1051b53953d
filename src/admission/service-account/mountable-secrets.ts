import type { IServiceAccount } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { ContainerKind } from '../../resources/core/pods/containers.ts';
import { type SecretReference, secretReferences } from '../../resources/core/pods/secret-references.ts';
import { ownValue } from '../structs.ts';

const annotation = 'kubernetes.io/enforce-mountable-secrets';
/** What Go's `strconv.ParseBool` takes for yes. */
const yes = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/** Whether pods of the account may only use the secrets that it lists. */
export const enforcesMountableSecrets = ({ metadata }: IServiceAccount): boolean =>
  yes.includes(ownValue(metadata?.annotations, annotation) ?? '');

/** Why the pod uses a secret that its account does not list, in containers of these kinds; undefined when it does not. */
export function unmountable(
  pod: KubeObject,
  account: IServiceAccount,
  kinds: readonly ContainerKind[],
): string | undefined {
  const references = secretReferences(pod);
  // Nothing but ephemeral containers comes in later.
  const isWhole = kinds.includes('containers');
  const secrets = new Set((account.secrets ?? []).map(({ name }) => name));
  const pullSecrets = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const inOrder = [
    ...references.filter(({ via }) => isWhole && via === 'volume'),
    ...references.filter(
      (one) => (one.via === 'env' || one.via === 'envFrom') && kinds.includes(one.from.kind),
    ),
    ...references.filter(({ via }) => isWhole && via === 'imagePullSecret'),
  ];
  for (const reference of inOrder) {
    const allowed = reference.via === 'imagePullSecret' ? pullSecrets : secrets;
    if (reference.via === 'volume' && reference.source !== 'secret') continue;
    if (allowed.has(reference.name)) continue;
    const kind = reference.via === 'imagePullSecret' ? 'imagePullSecret' : 'secret';
    return `${whereOf(reference)} is not allowed because service account ${account.metadata?.name} does not reference that ${kind}`;
  }
  return undefined;
}

const containerTexts: Readonly<Record<ContainerKind, string>> = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
};

function whereOf(reference: SecretReference): string {
  const secret = `secret.secretName="${reference.name}"`;
  switch (reference.via) {
    case 'volume':
      return `volume with ${secret}`;
    case 'imagePullSecret':
      return `imagePullSecrets[${reference.index}].name="${reference.name}"`;
    case 'env':
      return `${whoOf(reference.from)} with envVar ${reference.variable} referencing ${secret}`;
    case 'envFrom':
      return `${whoOf(reference.from)} with envFrom referencing ${secret}`;
  }
}

const whoOf = ({ kind, container }: { kind: ContainerKind; container: { name?: string } }): string =>
  `${containerTexts[kind]} ${container.name ?? ''}`;
