import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import type { SigningKey } from './keys.ts';

const jose = lazyPackage<typeof import('jose')>('jose');

/** Signs the payload of a token. Claims are written in alphabetical order. */
export function signToken(
  claims: Readonly<Record<string, unknown>>,
  { id, algorithm, privateKey }: SigningKey,
): Promise<string> {
  const sorted = Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)));
  return new (jose().CompactSign)(Buffer.from(JSON.stringify(sorted)))
    .setProtectedHeader({ alg: algorithm, kid: id })
    .sign(privateKey);
}
