import type { Credentials } from '../types.ts';

/** A user name and a password as they came; `invalid` when what stands in their place is none. Never to be logged. */
export type PresentedPassword =
  | { readonly username: string; readonly password: string }
  | { readonly invalid: string };

const malformed = { invalid: 'malformed basic credentials' };

/** `Authorization: Basic …` (RFC 7617), or else the request parameters. */
export function presentedPassword({
  headers,
  parameters,
}: Pick<Credentials, 'headers' | 'parameters'>): PresentedPassword | undefined {
  const [scheme = '', encoded, ...more] = (headers['authorization'] ?? '').trim().split(' ');
  if (scheme.toLowerCase() !== 'basic') return parameters;
  if (encoded === undefined || more.length > 0 || !/^[\w+/]+={0,2}$/.test(encoded)) return malformed;
  const text = utf8(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return malformed;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
