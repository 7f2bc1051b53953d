import type { Clock } from '../../apimachinery/clock.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import type { TokenAuthenticator } from '../types.ts';
import { boundTokens, type LabelSecret, legacyTokens } from './authenticators.ts';
import { type Discovery, discoveryDocuments, isDiscoverable, keySetPath } from './discovery.ts';
import { signToken } from './issuer.ts';
import {
  parseSigningKey,
  readSigningKey,
  readVerificationKeys,
  type SigningKey,
  type VerificationKey,
} from './keys.ts';
import { checkServiceAccountOptions, type ServiceAccountOptions } from './options.ts';

/** Tokens of service accounts: issued, known, and explained to others. */
export interface ServiceAccounts {
  /** The issuer of new tokens. */
  readonly issuer: string;
  /** That one, and others whose tokens are taken. */
  readonly issuers: readonly string[];
  /** Signs claims as a bound token of that issuer, or as they are when they name one themselves. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** The `kid` of the key that signs, and of others that tokens may be signed with. */
  keyIds(): Promise<readonly string[]>;
  /** Legacy tokens, then bound ones. */
  readonly authenticators: readonly TokenAuthenticator[];
  /** Undefined when the issuer is no URL that discovery is for. `address`: host and port of this server. */
  discovery(address: string): Promise<Discovery> | undefined;
}

export interface ServiceAccountTools {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly labelSecret: LabelSecret;
  /** The server's own signing key in PEM, made or read on first use. */
  readonly ownSigningKey: () => Promise<string>;
}

interface Keys {
  readonly signing: SigningKey;
  readonly verification: readonly VerificationKey[];
}

/** Reads the files that the options name. Throws an Error when an option, a ConfigError when a file is not good. */
export async function checkServiceAccounts(options: ServiceAccountOptions): Promise<void> {
  checkServiceAccountOptions(options);
  await namedKeys(options);
}

/** Keys are looked at when the first token comes; that files are good has been checked before. */
export function serviceAccounts(
  options: ServiceAccountOptions,
  audiences: readonly string[],
  { ownSigningKey, ...tools }: ServiceAccountTools,
): ServiceAccounts {
  const [issuer = ''] = options.issuers;
  let loading: Promise<Keys> | undefined;
  const keys = () => (loading ??= loadKeys(options, ownSigningKey));
  const tokenTools = { ...tools, audiences, keys: async () => (await keys()).verification };
  return {
    issuer,
    issuers: options.issuers,
    sign: async (claims) => signToken({ iss: issuer, ...claims }, (await keys()).signing),
    keyIds: async () => (await keys()).verification.map(({ id }) => id),
    authenticators: [legacyTokens(options.lookup, tokenTools), boundTokens(options.issuers, tokenTools)],
    discovery(address) {
      if (!isDiscoverable(issuer)) return undefined;
      const jwksUri = options.jwksUri || `https://${address}${keySetPath}`;
      return keys().then(({ verification }) => discoveryDocuments(issuer, jwksUri, verification));
    },
  };
}

async function namedKeys({ signingKeyFile, keyFiles }: ServiceAccountOptions) {
  const [signing, ...verification] = await Promise.all([
    signingKeyFile === '' ? undefined : readSigningKey(signingKeyFile),
    ...keyFiles.map(readVerificationKeys),
  ]);
  return { signing, verification: verification.flat() };
}

async function loadKeys(options: ServiceAccountOptions, ownSigningKey: () => Promise<string>): Promise<Keys> {
  const named = await namedKeys(options);
  const signing = named.signing ?? parseSigningKey(await ownSigningKey());
  if (!signing) throw new Error("the server's own service account key is no RSA or ECDSA private key");
  const { privateKey: _private, ...own } = signing;
  const others = named.verification.filter(({ id }) => id !== own.id);
  return { signing, verification: [own, ...others] };
}
