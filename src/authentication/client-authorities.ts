import { X509Certificate } from 'node:crypto';
import { configError } from '../configuration/config-error.ts';
import type { Reloads } from '../configuration/reloads.ts';
import type { Trust } from '../pki/verify-chain.ts';

/** Authorities that client certificates are checked against, and what they have revoked. */
export interface ClientAuthorities {
  /** The same value until something changes. */
  trust(): Trust;
  /** PEM, one text for each authority. */
  pem(): readonly string[];
  /** Trusts the authorities in a PEM text too, whatever the followed files say. */
  add(pem: string): void;
  /** Reads the authorities in `path` now and whenever it changes; what `check` refuses is not used. Throws a ConfigError. */
  follow(reloads: Reloads, name: string, path: string, check: Check): Promise<void>;
  /** The same for the revocation lists in `path`. */
  followRevocations(reloads: Reloads, name: string, path: string): Promise<void>;
  /** Calls `listener` whenever authorities were read again. */
  onChange(listener: () => void): void;
}

/** Throws for authorities that must not be trusted. */
export type Check = (authorities: readonly X509Certificate[]) => void;

export function createClientAuthorities(): ClientAuthorities {
  let added: readonly X509Certificate[] = [];
  let fromFile: readonly X509Certificate[] = [];
  let current: Trust = { authorities: [], revocations: [] };
  const listeners: (() => void)[] = [];
  const joinAuthorities = () => {
    const all = [...fromFile, ...added].map((one) => [one.fingerprint256, one] as const);
    current = { ...current, authorities: [...new Map(all).values()] };
  };
  return {
    trust: () => current,
    pem: () => current.authorities.map((authority) => authority.toString()),
    add(pem) {
      added = [...added, ...parseAuthorities('certificate authority', pem)];
      joinAuthorities();
      for (const listener of listeners) listener();
    },
    follow: (reloads, name, path, check) =>
      reloads.follow(
        name,
        path,
        (text) => parseAuthorities(path, text),
        (authorities) => {
          check(authorities);
          fromFile = authorities;
          joinAuthorities();
          for (const listener of listeners) listener();
        },
      ),
    followRevocations: (reloads, name, path) =>
      reloads.follow(
        name,
        path,
        async (text) => {
          const { parseRevocationLists } = await import('../pki/revocation-list.ts');
          try {
            return parseRevocationLists(text);
          } catch (error) {
            throw configError(path, (error as Error).message);
          }
        },
        (revocations) => {
          current = { ...current, revocations };
        },
      ),
    onChange: (listener) => void listeners.push(listener),
  };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Every certificate in a text of PEM blocks. Throws a ConfigError that names file and line. */
export function parseAuthorities(path: string, text: string): readonly X509Certificate[] {
  const authorities = [...text.matchAll(certificateBlock)].map((match) => {
    try {
      return new X509Certificate(match[0]);
    } catch {
      const line = text.slice(0, match.index).split('\n').length;
      throw configError(path, 'is not a certificate in PEM form', { line });
    }
  });
  if (authorities.length === 0) throw configError(path, 'holds no certificate in PEM form');
  return authorities;
}
