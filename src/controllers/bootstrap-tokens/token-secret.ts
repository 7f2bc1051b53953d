import { parseTime } from '../../apimachinery/clock.ts';
import type { Secret } from '../../client/kinds.ts';

/** Where tokens lie by which nodes join, and their type. */
export const tokenNamespace = 'kube-system';
const tokenType = 'bootstrap.kubernetes.io/token';
const tokenName = /^bootstrap-token-([a-z0-9]{6})$/;

export const isTokenSecret = ({ type, metadata }: Secret): boolean =>
  type === tokenType && metadata.namespace === tokenNamespace;

const textOf = ({ data }: Secret, key: string): string =>
  Buffer.from((data as Record<string, string> | undefined)?.[key] ?? '', 'base64').toString('utf8');

/** Milliseconds until the token ends: 0 or less when it has ended or says so illegibly, undefined when it never ends. */
export function expiresInMs(secret: Secret, nowMs: number): number | undefined {
  const expiration = textOf(secret, 'expiration');
  if (expiration === '') return undefined;
  const atMs = parseTime(expiration);
  return atMs === undefined || Number.isNaN(atMs) ? 0 : atMs - nowMs;
}

/** Id and secret of a token that may sign; undefined for any other Secret. */
export function signingToken(secret: Secret, nowMs: number): { id: string; secret: string } | undefined {
  const id = textOf(secret, 'token-id');
  const value = textOf(secret, 'token-secret');
  const isWhole = id !== '' && value !== '' && tokenName.exec(secret.metadata.name)?.[1] === id;
  const hasEnded = (expiresInMs(secret, nowMs) ?? 1) <= 0;
  return isWhole && !hasEnded && textOf(secret, 'usage-bootstrap-signing') === 'true'
    ? { id, secret: value }
    : undefined;
}
