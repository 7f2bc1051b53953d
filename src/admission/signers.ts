import type { UserInfo } from '../apimachinery/user.ts';
import type { AskAccess } from './types.ts';

/**
 * Whether a user may approve, sign or attest for a signer, by its name or for its whole domain: `example.com/*`.
 * (KEP-1513, `certauthorization.IsAuthorizedForSignerName`.)
 */
export async function mayActForSigner(
  ask: AskAccess,
  user: UserInfo,
  verb: 'approve' | 'sign' | 'attest',
  signerName: string,
): Promise<boolean> {
  const [domain = ''] = signerName.split('/');
  for (const name of [signerName, `${domain}/*`]) {
    const verdict = await ask({
      user,
      verb,
      name,
      group: 'certificates.k8s.io',
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
    });
    if (verdict.allowed && verdict.error === undefined) return true;
  }
  return false;
}
