import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';

const mountableAnnotation = 'kubernetes.io/enforce-mountable-secrets';

/** A secret is referred to by its name only: it is always in the account's namespace. */
function cleanSecretReferences(object: KubeObject): void {
  const account = object as unknown as IServiceAccount;
  if (account.secrets) {
    account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
  }
}

const enforcesMountable = (object: KubeObject | undefined) =>
  Object.hasOwn(object?.metadata.annotations ?? {}, mountableAnnotation);

export const strategy: Strategy = {
  prepareForCreate: cleanSecretReferences,
  prepareForUpdate: cleanSecretReferences,
  warnings: (object, old) =>
    enforcesMountable(object) && !enforcesMountable(old)
      ? [
          `metadata.annotations[${mountableAnnotation}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
  deleteReturnsObject: true,
};
