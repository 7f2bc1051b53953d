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

export function decodeContinue(token: string): ContinuePosition {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest('continue key is not valid: illegal continue token');
  }
  if (!isRecord(value) || value['v'] !== 'meta.k8s.io/v1') {
    throw badRequest('continue key is not valid: server does not recognize this encoded version');
  }
  const { rv, start } = value;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv < -1 || rv === 0) {
    throw badRequest(
      'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  if (typeof start !== 'string' || start === '' || start.startsWith('/') || start.split('/').includes('..')) {
    throw badRequest('continue key is not valid: invalid start key');
  }
  return { revision: rv, start };
}
