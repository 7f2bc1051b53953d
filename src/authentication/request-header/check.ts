import type { X509Certificate } from 'node:crypto';
import { ConfigError } from '../../configuration/config-error.ts';
import type { RequestHeaderOptions } from '../options.ts';

const usualUidHeader = 'x-remote-uid';

/** Throws a ConfigError for flags that make no sense (`RequestHeaderAuthenticationOptions.Validate`). */
export function checkRequestHeader(options: RequestHeaderOptions): void {
  const lists: readonly [flag: string, values: readonly string[]][] = [
    ['requestheader-username-headers', options.usernameHeaders],
    ['requestheader-group-headers', options.groupHeaders],
    ['requestheader-extra-headers-prefix', options.extraHeadersPrefix],
    ['requestheader-allowed-names', options.allowedNames],
    ['requestheader-uid-headers', options.uidHeaders],
  ];
  const empty = lists.find(([, values]) => values.some((value) => value.trim() === ''));
  if (empty) throw new ConfigError(`empty value in ${JSON.stringify(empty[0])}`);
  const uidHeaders = options.uidHeaders.map((name) => name.toLowerCase());
  if (uidHeaders.length > 0 && !uidHeaders.includes(usualUidHeader)) {
    throw new ConfigError(
      '--requestheader-uid-headers is set without specifying the standard X-Remote-Uid header - API aggregation will not work',
    );
  }
}

/**
 * Throws a ConfigError when whoever has an ordinary client certificate could speak for others: authorities of clients that are
 * authorities of proxies too, and no names that tell these apart.
 */
export function checkOverlap(
  { allowedNames }: RequestHeaderOptions,
  proxies: readonly X509Certificate[],
  clients: readonly X509Certificate[],
): void {
  if (allowedNames.length > 0) return;
  const fingerprints = new Set(proxies.map(({ fingerprint256 }) => fingerprint256));
  if (!clients.some(({ fingerprint256 }) => fingerprints.has(fingerprint256))) return;
  throw new ConfigError(
    '--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; --requestheader-allowed-names must be specified to ensure regular client certificates cannot set authenticating proxy headers for arbitrary users',
  );
}
