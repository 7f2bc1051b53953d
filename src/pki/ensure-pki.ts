import { createPublicKey } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import { type Authority, ensureAuthority } from './authority.ts';
import { readNamed } from './files.ts';
import { type FileName, type KeyStore, openKeyStore } from './key-store.ts';
import { broughtPair, ensureLeaf, type KeyPair } from './leaf.ts';
import { checkPair, parseCertificate, parsePrivateKey } from './pem.ts';

export interface PkiOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Names and addresses the serving certificate must cover beyond the fixed ones: first service IP, bind address. */
  readonly hosts: readonly string[];
  /** `--tls-cert-file` and `--tls-private-key-file`: serve these instead of an own certificate. Both or none. */
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
}

/** Everything is PEM. */
export interface Pki {
  readonly serving: KeyPair;
  /** What clients must trust to accept `serving`. */
  readonly servingCa: string;
  /** The authority that signed the administrator's certificate, and may sign others of clients. */
  readonly clientCa: string;
  /** Signs other certificates, when its key is here. */
  readonly authority: Authority;
  /** Client certificate of `binnacle-admin` in `system:masters`. */
  readonly admin: KeyPair;
  /** Signs and verifies service account tokens: ES256, unless somebody put an RSA key there. */
  readonly serviceAccount: { readonly key: string; readonly publicKey: string };
  /** Names of the files written by this call. */
  readonly written: readonly FileName[];
}

/** Names every serving certificate covers, as kubeadm's do. */
export const fixedHosts: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

const adminSubject = {
  purpose: 'client',
  commonName: 'binnacle-admin',
  organizations: ['system:masters'],
} as const;

/**
 * Sees to it that `dir` holds an authority, a serving certificate, the admin's client certificate and the service account key.
 * What is there and good is used; certificates made here that end soon, miss a name or come from an authority that was here before are
 * made anew; a serving certificate of somebody else's, with its key, is used as it is. Keys reach the disk before certificates, so that a crash at any moment leaves a directory that the next start completes.
 * Throws PkiError naming the file when one is unreadable, corrupt, or does not fit the others.
 */
export async function ensurePki(dir: string, options: PkiOptions): Promise<Pki> {
  const { save, ...pki } = await preparePki(dir, options);
  return { ...pki, written: await save() };
}

/** As `ensurePki`, but writes only when `save` is called, which answers the names of the files. */
export async function preparePki(
  dir: string,
  options: PkiOptions,
): Promise<Omit<Pki, 'written'> & Pick<KeyStore, 'save'>> {
  const store = await openKeyStore(dir);
  const authority = await ensureAuthority(store, options);
  const hosts = [...new Set([...fixedHosts, ...options.hosts])];
  const servingSubject = { purpose: 'server', commonName: 'kube-apiserver', hosts } as const;
  const brought = await (options.tlsCertFile === undefined
    ? broughtPair(store, authority)
    : readServingFiles(options));
  const [serving, admin, serviceAccount] = await Promise.all([
    brought ?? ensureLeaf(store, 'apiserver', servingSubject, authority, options),
    ensureLeaf(store, 'admin', adminSubject, authority, options),
    ensureServiceAccountKey(store),
  ]);
  return {
    serving,
    servingCa: brought?.cert ?? authority.cert,
    clientCa: authority.cert,
    authority,
    admin,
    serviceAccount,
    save: store.save,
  };
}

async function ensureServiceAccountKey(store: KeyStore): Promise<Pki['serviceAccount']> {
  const { key, pem } = await store.key('sa.key');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
  if (store.read('sa.pub') === undefined) store.put('sa.pub', publicKey);
  return { key: pem, publicKey };
}

async function readServingFiles({ tlsCertFile = '', tlsPrivateKeyFile = '' }: PkiOptions): Promise<KeyPair> {
  const [cert, key] = await Promise.all([readNamed(tlsCertFile), readNamed(tlsPrivateKeyFile)]);
  const certificate = parseCertificate(tlsCertFile, cert);
  checkPair(tlsCertFile, certificate, tlsPrivateKeyFile, parsePrivateKey(tlsPrivateKeyFile, key).key);
  return { cert, key };
}
