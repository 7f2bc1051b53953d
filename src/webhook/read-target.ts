import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../apimachinery/clock.ts';
import { configError } from '../configuration/config-error.ts';
import { readText } from '../configuration/read-text.ts';
import { type CurrentContext, parseKubeconfig } from './kubeconfig.ts';
import type { WebhookTarget } from './target.ts';

/** A token file is read again after this long, as client-go does it. */
const tokenFileMs = 60_000;

/**
 * The webhook that a kubeconfig's current context names, with the files it refers to; their paths count from the directory of the
 * kubeconfig. Throws a ConfigError.
 */
export async function readWebhookTarget(path: string, clock: Clock): Promise<WebhookTarget> {
  const context = parseKubeconfig(path, await readText(path));
  const { cluster } = context;
  const read = (of: 'cluster' | 'user', field: string) => content(path, context, of, field);
  const ca = await read('cluster', 'certificate-authority');
  const certificate = await read('user', 'client-certificate');
  const key = await read('user', 'client-key');
  if ((certificate === undefined) !== (key === undefined)) {
    const missing = key === undefined ? 'client-key' : 'client-certificate';
    throw context.finding('user', missing, 'a certificate and its key go together');
  }
  if (ca !== undefined && cluster['insecure-skip-tls-verify']) {
    throw context.finding('cluster', 'insecure-skip-tls-verify', 'certificate-authority says the contrary');
  }
  checkPem(context, 'cluster', 'certificate-authority', { ca });
  checkPem(context, 'user', 'client-certificate', { cert: certificate, key });
  const authorization = await authorizationOf(path, context, clock);
  return {
    url: urlOf(context),
    insecure: cluster['insecure-skip-tls-verify'],
    ...(cluster['tls-server-name'] === '' ? {} : { serverName: cluster['tls-server-name'] }),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key: () => key }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function urlOf({ cluster, finding }: CurrentContext): URL {
  // As in kubectl, a server without a scheme is one of http.
  const text = cluster.server.includes('://') ? cluster.server : `http://${cluster.server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host || !/^https?:$/.test(url.protocol)) {
    throw finding('cluster', 'server', 'must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw finding('cluster', 'server', 'must not hold a user name or a password');
  }
  url.hash = '';
  return url;
}

/** What `FIELD-data` holds in base64, or the file that `FIELD` names; the former wins. */
async function content(
  path: string,
  context: CurrentContext,
  of: 'cluster' | 'user',
  field: string,
): Promise<string | undefined> {
  const fields = (context[of] ?? {}) as Readonly<Record<string, unknown>>;
  const data = fields[`${field}-data`];
  if (typeof data === 'string' && data !== '') {
    const text = Buffer.from(data, 'base64').toString('utf8');
    if (!text.includes('-----BEGIN ')) throw context.finding(of, `${field}-data`, 'is not PEM in base64');
    return text;
  }
  const file = fields[field];
  return typeof file === 'string' && file !== '' ? readText(resolve(dirname(path), file)) : undefined;
}

function checkPem(
  context: CurrentContext,
  of: 'cluster' | 'user',
  field: string,
  material: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  },
): void {
  const given = Object.fromEntries(Object.entries(material).filter(([, pem]) => pem !== undefined));
  const isPem = (pem: string | undefined) => pem === undefined || pem.includes('-----BEGIN ');
  try {
    if (!isPem(material.ca)) throw new Error('no PEM');
    createSecureContext(given);
  } catch {
    // The error of the library may quote what it was given.
    throw context.finding(
      of,
      field,
      of === 'cluster' ? 'holds no certificate' : 'certificate and key do not fit',
    );
  }
}

/** The `Authorization` header: a token file before a token, a token before user name and password, as in client-go. */
async function authorizationOf(
  path: string,
  { user, finding }: CurrentContext,
  clock: Clock,
): Promise<WebhookTarget['authorization']> {
  if (!user) return undefined;
  const { token, tokenFile, username, password } = user;
  if (username !== '' && (token !== '' || tokenFile !== '')) {
    throw finding('user', 'username', 'a token and a user name exclude each other');
  }
  if (tokenFile !== '') {
    const fromFile = followToken(resolve(dirname(path), tokenFile), clock);
    await fromFile();
    return fromFile;
  }
  if (token !== '') {
    const bearer = `Bearer ${headerSafe(token, () => finding('user', 'token', notAToken))}`;
    return async () => bearer;
  }
  if (username === '') return undefined;
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return async () => `Basic ${basic}`;
}

const notAToken = 'holds no token';

function headerSafe(token: string, problem: () => Error): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw problem();
  return token;
}

function followToken(path: string, clock: Clock): () => Promise<string> {
  let current = '';
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.monotonicMs() - readAtMs >= tokenFileMs) {
      const text = (await readText(path)).trim();
      current = `Bearer ${headerSafe(text, () => configError(path, notAToken))}`;
      readAtMs = clock.monotonicMs();
    }
    return current;
  };
}
