import { hostname } from 'node:os';
import { realClock } from './apimachinery/clock.ts';
import type { Log } from './apimachinery/log.ts';
import { cryptoRandom } from './apimachinery/random.ts';
import type { Kv } from './kv/types.ts';
import type { Authority } from './pki/authority.ts';
import type { Issuer } from './pki/certificate.ts';
import { type PkiOptions, preparePki } from './pki/ensure-pki.ts';
import { writeKubeconfig } from './pki/kubeconfig.ts';
import { type ApiServer, createApiServer } from './server.ts';
import type { ServerSettings } from './server-options.ts';
import type { BoundPort } from './transport/https/bind-port.ts';
import { type HttpsListener, startHttps } from './transport/https/start-https.ts';

/** What `start-server.ts` has got hold of, and what it was told. */
export interface ServeOptions {
  readonly settings: ServerSettings;
  readonly bound: BoundPort;
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  readonly advertiseAddress: string;
  readonly kubeconfigPath: string;
  readonly pkiDir: string;
  readonly pki: Omit<PkiOptions, 'clock' | 'random'>;
  readonly maxConcurrentStreams: number | undefined;
  readonly log: Log;
}

function signer({ issuer }: Authority): Required<Issuer> {
  if (!issuer?.certificate) throw new Error('the key of the authority, ca.key, is not here');
  return { ...issuer, certificate: issuer.certificate };
}

export interface Serving {
  readonly api: ApiServer;
  readonly listener: HttpsListener;
}

/**
 * Serves what is in a store on a port. The store is opened by another thread meanwhile: certificates and keys are read, or
 * made, while it is waited for, and written once it is there. When anything fails, nothing of this goes on running; the store and
 * the port are their makers' to close.
 */
export async function serveStore(opening: Promise<Kv>, options: ServeOptions): Promise<Serving> {
  const { settings, bound, log } = options;
  const tools = { clock: realClock, random: cryptoRandom };
  const preparing = preparePki(options.pkiDir, { ...options.pki, ...tools });
  // Both are waited for even when one fails; what is wrong with the store counts first.
  await Promise.allSettled([opening, preparing]);
  const kv = await opening;
  const { save, ...pki } = await preparing;

  const api = await createApiServer({
    ...settings,
    ...tools,
    kv,
    log,
    serviceAccountKey: async () => pki.serviceAccount.key,
    rootCa: pki.servingCa,
    authority: async () => signer(pki.authority),
  });
  try {
    api.clientCertificates.trust(pki.clientCa);
    await save();
    await writeKubeconfig(options.kubeconfigPath, { server: options.url, ca: pki.servingCa, ...pki.admin });
    await api.bootstrap({
      advertiseAddress: options.advertiseAddress,
      securePort: bound.port,
      hostname: hostname(),
      keepsIdentity: true,
    });
    const listener = await startHttps({
      handler: api.handle,
      tls: pki.serving,
      clientAuthorities: api.clientCertificates.authorities(),
      clock: realClock,
      log,
      bound,
      maxConcurrentStreams: options.maxConcurrentStreams,
    });
    api.clientCertificates.onChange((authorities) => listener.askForCertificatesOf(authorities));
    return { api, listener };
  } catch (error) {
    await api.close();
    throw error;
  }
}
