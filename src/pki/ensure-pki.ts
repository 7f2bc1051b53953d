import { createPublicKey, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { CertificateRequest, Issuer } from './certificate.ts';
import * as files from './files.ts';
import { checkPair, newPrivateKey, type PrivateKey, parseCertificate, parsePrivateKey } from './pem.ts';

export interface PkiOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Names and addresses the serving certificate must cover beyond the fixed ones: first service IP, bind address. */
  readonly hosts: readonly string[];
  /** `--tls-cert-file` and `--tls-private-key-file`: serve these instead of an own certificate. Both or none. */
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  /** `--client-ca-file`: authorities trusted for client certificates, beside the own one that signed the admin's. */
  readonly clientCaFile?: string;
}

export interface KeyPair {
  /** PEM. */
  readonly key: string;
  /** PEM, for certificates with the chain. */
  readonly cert: string;
}

/** Everything is PEM. */
export interface Pki {
  readonly serving: KeyPair;
  /** What clients must trust to accept `serving`. */
  readonly servingCa: string;
  /** Authorities whose client certificates are accepted. */
  readonly clientCa: readonly string[];
  /** Client certificate of `binnacle-admin` in `system:masters`. */
  readonly admin: KeyPair;
  /** Signs and verifies service account tokens (ES256 unless somebody put an RSA key there). */
  readonly serviceAccount: { readonly key: string; readonly publicKey: string };
  /** Names of the files written by this call. */
  readonly written: readonly string[];
}

const dayMs = 24 * 60 * 60 * 1000;
export const authorityLifetimeMs = 3650 * dayMs;
export const leafLifetimeMs = 365 * dayMs;
/** A leaf that ends sooner than this is made anew at start. */
export const renewBeforeMs = 30 * dayMs;
/** Certificates begin a little in the past, for clients whose clock is behind. */
const backdateMs = 60 * 1000;

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

type Leaf = Omit<CertificateRequest, 'publicKey' | 'notBeforeMs' | 'notAfterMs'>;

interface Authority extends KeyPair {
  readonly certificate: X509Certificate;
  /** Absent when only the certificate is here (an authority kept elsewhere). */
  readonly issuer: Issuer | undefined;
}

/** The files of one directory, read once, with what is to be written. */
interface Store {
  readonly dir: string;
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly keysToWrite: Map<string, string>;
  readonly othersToWrite: Map<string, string>;
}

const fileNames = [
  'ca.crt',
  'ca.key',
  'apiserver.crt',
  'apiserver.key',
  'admin.crt',
  'admin.key',
  'sa.key',
  'sa.pub',
] as const;
type FileName = (typeof fileNames)[number];

const pathOf = (store: Store, name: FileName) => join(store.dir, name);

/**
 * Sees to it that `dir` holds an authority, a serving certificate, the admin's client certificate and the service account key.
 * What is there and good is used; certificates that end soon, miss a name or come from another authority are made anew. Keys
 * reach the disk before certificates, so that a crash at any moment leaves a directory that the next start completes.
 * Throws PkiError naming the file when one is unreadable, corrupt, or does not fit the others.
 */
export async function ensurePki(dir: string, options: PkiOptions): Promise<Pki> {
  const store: Store = { dir, texts: await readAll(dir), keysToWrite: new Map(), othersToWrite: new Map() };
  const authority = await ensureAuthority(store, options);
  const hosts = [...new Set([...fixedHosts, ...options.hosts])];
  const [own, admin, serviceAccount] = await Promise.all([
    options.tlsCertFile === undefined
      ? ensureLeaf(
          store,
          'apiserver',
          { purpose: 'server', commonName: 'kube-apiserver', hosts },
          authority,
          options,
        )
      : undefined,
    ensureLeaf(
      store,
      'admin',
      { purpose: 'client', commonName: 'binnacle-admin', organizations: ['system:masters'] },
      authority,
      options,
    ),
    ensureServiceAccountKey(store),
  ]);
  const serving = own ?? (await readServingFiles(options));
  const clientCa = options.clientCaFile === undefined ? [] : [await readAuthorities(options.clientCaFile)];
  const written = await writeAll(store);
  return {
    serving,
    servingCa: own ? authority.cert : serving.cert,
    clientCa: [...clientCa, authority.cert],
    admin,
    serviceAccount,
    written,
  };
}

async function readAll(dir: string): Promise<ReadonlyMap<string, string | undefined>> {
  const texts = await Promise.all(fileNames.map((name) => files.readIfThere(join(dir, name))));
  return new Map(fileNames.map((name, i) => [name, texts[i]]));
}

async function writeAll({ dir, keysToWrite, othersToWrite }: Store): Promise<readonly string[]> {
  const names = [...keysToWrite.keys(), ...othersToWrite.keys()];
  if (names.length === 0) return names;
  await files.makePrivateDirectory(dir);
  for (const [texts, mode] of [
    [keysToWrite, files.privateMode],
    [othersToWrite, files.publicMode],
  ] as const) {
    if (texts.size === 0) continue;
    await Promise.all([...texts].map(([name, text]) => files.writeAtomically(join(dir, name), text, mode)));
    await files.syncDirectory(dir);
  }
  return names;
}

async function keyOf(store: Store, name: FileName): Promise<PrivateKey> {
  const text = store.texts.get(name);
  if (text !== undefined) return parsePrivateKey(pathOf(store, name), text);
  const made = await newPrivateKey();
  store.keysToWrite.set(name, made.pem);
  return made;
}

async function ensureAuthority(store: Store, options: PkiOptions): Promise<Authority> {
  const path = pathOf(store, 'ca.crt');
  const cert = store.texts.get('ca.crt');
  if (cert === undefined) return newAuthority(store, options);
  const certificate = parseCertificate(path, cert);
  if (certificate.validToDate.getTime() <= options.clock.now()) {
    throw new files.PkiError(path, `expired on ${certificate.validTo}; remove it to have a new one made`);
  }
  const keyText = store.texts.get('ca.key');
  if (keyText === undefined) return { cert, key: '', certificate, issuer: undefined };
  const { key, pem } = parsePrivateKey(pathOf(store, 'ca.key'), keyText);
  checkPair(path, certificate, pathOf(store, 'ca.key'), key);
  return { cert, key: pem, certificate, issuer: { key, certificate } };
}

async function newAuthority(store: Store, options: PkiOptions): Promise<Authority> {
  const { key, pem } = await keyOf(store, 'ca.key');
  const request = { purpose: 'authority', commonName: 'binnacle-ca' } as const;
  const cert = await issue(request, authorityLifetimeMs, key, { key }, options);
  store.othersToWrite.set('ca.crt', cert);
  const certificate = parseCertificate(pathOf(store, 'ca.crt'), cert);
  return { cert, key: pem, certificate, issuer: { key, certificate } };
}

async function ensureLeaf(
  store: Store,
  name: 'apiserver' | 'admin',
  leaf: Leaf,
  authority: Authority,
  options: PkiOptions,
): Promise<KeyPair> {
  const [certName, keyName] = [`${name}.crt`, `${name}.key`] as const;
  const existing = store.texts.get(certName);
  const { key, pem } = await keyOf(store, keyName);
  if (existing !== undefined) {
    const certificate = parseCertificate(pathOf(store, certName), existing);
    if (isStillGood(certificate, leaf, authority, options) && certificate.checkPrivateKey(key)) {
      return { cert: existing, key: pem };
    }
  }
  if (authority.issuer === undefined) {
    throw new files.PkiError(pathOf(store, 'ca.key'), `is missing, so ${certName} cannot be signed`);
  }
  const cert = await issue(leaf, leafLifetimeMs, key, authority.issuer, options);
  store.othersToWrite.set(certName, cert);
  return { cert, key: pem };
}

function isStillGood(
  certificate: X509Certificate,
  leaf: Leaf,
  authority: Authority,
  { clock }: PkiOptions,
): boolean {
  return (
    certificate.validToDate.getTime() - clock.now() >= renewBeforeMs &&
    certificate.validFromDate.getTime() <= clock.now() &&
    certificate.checkIssued(authority.certificate) &&
    certificate.verify(authority.certificate.publicKey) &&
    (leaf.hosts ?? []).every((host) =>
      isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host, { subject: 'never' }),
    )
  );
}

/** The encoder is loaded only when something has to be signed: an ordinary start does without it. */
async function issue(
  leaf: Leaf,
  lifetimeMs: number,
  key: PrivateKey['key'],
  issuer: Issuer,
  { clock, random }: PkiOptions,
): Promise<string> {
  const { issueCertificate } = await import('./certificate.ts');
  const now = clock.now();
  const notAfterMs = Math.min(
    now + lifetimeMs,
    issuer.certificate?.validToDate.getTime() ?? Number.POSITIVE_INFINITY,
  );
  return issueCertificate(
    { ...leaf, publicKey: createPublicKey(key), notBeforeMs: now - backdateMs, notAfterMs },
    issuer,
    random,
  );
}

async function ensureServiceAccountKey(store: Store): Promise<Pki['serviceAccount']> {
  const { key, pem } = await keyOf(store, 'sa.key');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
  if (store.texts.get('sa.pub') === undefined) store.othersToWrite.set('sa.pub', publicKey);
  return { key: pem, publicKey };
}

async function readServingFiles({ tlsCertFile = '', tlsPrivateKeyFile = '' }: PkiOptions): Promise<KeyPair> {
  const [cert, key] = await Promise.all([files.readNamed(tlsCertFile), files.readNamed(tlsPrivateKeyFile)]);
  const certificate = parseCertificate(tlsCertFile, cert);
  checkPair(tlsCertFile, certificate, tlsPrivateKeyFile, parsePrivateKey(tlsPrivateKeyFile, key).key);
  return { cert, key };
}

async function readAuthorities(path: string): Promise<string> {
  const text = await files.readNamed(path);
  parseCertificate(path, text);
  return text;
}
