import type { Clock } from '../apimachinery/clock.ts';
import type { Reloads } from '../configuration/reloads.ts';
import { type ChainVerifier, createChainVerifier } from '../pki/chain-verifier.ts';
import type { RequestHeaderOptions as PublishedRequestHeader } from '../resources/bootstrap/types.ts';
import { createClientAuthorities } from './client-authorities.ts';
import type { AuthenticationOptions } from './options.ts';
import { checkOverlap, checkRequestHeader } from './request-header/check.ts';

/** Whose client certificates mean something, and what. */
export interface ClientCertificates {
  /** Certificates that name a user. */
  readonly users: ChainVerifier;
  /** Certificates of proxies that speak for users; undefined when there are none. */
  readonly proxies: ChainVerifier | undefined;
  /** PEM of all authorities, for listeners to ask for. */
  authorities(): readonly string[];
  /** Trusts an authority of users beside those in files. Throws a ConfigError when it is one of proxies as well. */
  trust(pem: string): void;
  /** What aggregated API servers have to know, for the ConfigMap `extension-apiserver-authentication`. */
  published(): { readonly clientCa?: string; readonly requestHeader?: PublishedRequestHeader };
  /** Calls `listener` with the new authorities whenever a file was read again. */
  onChange(listener: (authorities: readonly string[]) => void): void;
}

/** Reads the files that the options name. Throws a ConfigError. */
export async function createClientCertificates(
  { clientCaFile, clientCrlFile, requestHeader }: AuthenticationOptions,
  { clock, reloads }: { readonly clock: Clock; readonly reloads: Reloads },
): Promise<ClientCertificates> {
  checkRequestHeader(requestHeader);
  const users = createClientAuthorities();
  const proxies = createClientAuthorities();
  const check = (ofUsers = users.trust().authorities, ofProxies = proxies.trust().authorities) =>
    checkOverlap(requestHeader, ofProxies, ofUsers);
  if (clientCaFile !== '') await users.follow(reloads, 'client-ca-file', clientCaFile, check);
  if (clientCrlFile !== '') await users.followRevocations(reloads, 'client-crl-file', clientCrlFile);
  if (requestHeader.clientCaFile !== '') {
    const { clientCaFile: path } = requestHeader;
    await proxies.follow(reloads, 'requestheader-client-ca-file', path, (found) => check(undefined, found));
  }
  const authorities = () => [...users.pem(), ...proxies.pem()];
  return {
    users: createChainVerifier(users.trust, clock),
    proxies: requestHeader.clientCaFile === '' ? undefined : createChainVerifier(proxies.trust, clock),
    authorities,
    trust(pem) {
      users.add(pem);
      check();
    },
    published: () => ({
      ...(users.pem().length === 0 ? {} : { clientCa: users.pem().join('') }),
      ...(requestHeader.clientCaFile === ''
        ? {}
        : { requestHeader: { ...requestHeader, ca: proxies.pem().join('') } }),
    }),
    onChange(listener) {
      for (const one of [users, proxies]) one.onChange(() => listener(authorities()));
    },
  };
}
