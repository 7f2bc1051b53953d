import { isRecord } from '../apimachinery/object.ts';
import { badRequest } from '../apimachinery/status.ts';
import type { Revision } from '../kv/types.ts';

/** Where the next page of a list starts, and as of which revision. */
export interface ContinuePosition {
  /** -1: whatever is newest (a list that lost its snapshot and goes on inconsistently). */
  readonly revision: Revision | -1;
  /** Key below the list's prefix, inclusive. */
  readonly start: string;
}

/** The reference server's form of the token: `{"v":"meta.k8s.io/v1","rv":N,"start":"…"}` in base64url. */
export function encodeContinue({ revision, start }: ContinuePosition): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

const refused = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);

/** Where Go's base64 decoder stops: at a foreign character, or at a last group of a single one. */
function firstIllegalByte(token: string): number | undefined {
  const foreign = token.search(/[^A-Za-z0-9_-]/);
  if (foreign !== -1) return foreign;
  return token.length % 4 === 1 ? token.length - 1 : undefined;
}

export function decodeContinue(token: string): ContinuePosition {
  const illegal = firstIllegalByte(token);
  if (illegal !== undefined) throw refused(`illegal base64 data at input byte ${illegal}`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refused('illegal continue token');
  }
  if (!isRecord(value) || value['v'] !== 'meta.k8s.io/v1') {
    const version = isRecord(value) && typeof value['v'] === 'string' ? value['v'] : '';
    throw refused(`server does not recognize this encoded version ${version}`);
  }
  const { rv, start } = value;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv < -1 || rv === 0) {
    throw refused('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '' || start.startsWith('/') || start.split('/').includes('..')) {
    throw refused('invalid start key');
  }
  return { revision: rv, start };
}
