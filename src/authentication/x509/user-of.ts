import type { UserInfo } from '../../apimachinery/user.ts';
import { credentialIdKey } from '../credential-id.ts';

/** Attributes of a subject: the two of X.520, and the one for a uid (KEP-4958). */
const commonName = '2.5.4.3';
const organization = '2.5.4.10';
const userId = '1.3.6.1.4.1.57683.2';

type Subject = readonly { readonly type: string; readonly value: string | undefined }[];

/**
 * Common name → user, organizations → groups (`CommonNameUserConversion`). Undefined without a common name; an error text for a
 * uid that is none. `fingerprint`: SHA-256 in hex.
 */
export function userOf(subject: Subject, fingerprint: string): UserInfo | string | undefined {
  const values = (type: string) => subject.filter((one) => one.type === type).map(({ value }) => value);
  const texts = (type: string) => values(type).filter((value) => value !== undefined);
  const name = texts(commonName).at(-1) ?? '';
  if (name === '') return undefined;
  const uids = values(userId);
  const [uid] = uids;
  if (uids.length > 0 && uid === undefined) return 'unable to parse UID into a string';
  if (uids.length > 1) return 'expected 1 UID, but found multiple';
  if (uid === '') return 'UID cannot be an empty string';
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    // Here already, so that the answer for a connection stays the same value.
    groups: [...texts(organization), 'system:authenticated'],
    extra: { [credentialIdKey]: [`X509SHA256=${fingerprint}`] },
  };
}
