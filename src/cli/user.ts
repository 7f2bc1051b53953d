import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGoDuration } from '../apimachinery/duration.ts';
import type { Proof } from '../pki/kubeconfig.ts';
import type { Tool } from './command.ts';
import { flags } from './flags.ts';
import { UsageError } from './parse-flags.ts';
import { type ToolValues, toolArguments } from './tool-arguments.ts';

const usage = `Makes a new identity and writes a kubeconfig for it: a client certificate signed by the authority of a data
directory, or a token in a file for --token-auth-file. The server need not run. What the user may do is decided by roles.

Usage:
  binnacle user NAME [flags]

  binnacle user anna
  binnacle user anna --group=dev --group=ops --duration=720h
  binnacle user anna --token-file=tokens.csv

Flags:
      --group string        A group of the user; may be repeated.
      --duration duration   How long the certificate is good for (default 8760h)
      --token-file path     Adds a token to this file instead, for a server with --token-auth-file.
      --out path            Where the kubeconfig goes, which must not exist (default NAME.kubeconfig)
      --data-dir path       Of the server (default ${flags['data-dir'].default})
      --cert-dir path       Of its certificates (default DATADIR/pki)
      --server url          Of the server (default what DATADIR/kubeconfig says)
  -h, --help
`;

const options = {
  group: { type: 'string', multiple: true, default: [] as string[] },
  duration: { type: 'string', default: '8760h' },
  'token-file': { type: 'string' },
  out: { type: 'string' },
  'data-dir': { type: 'string', default: flags['data-dir'].default },
  'cert-dir': { type: 'string' },
  server: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ToolValues<typeof options>;

/** Makes a new identity. */
export const user: Tool = Object.freeze({
  name: 'user',
  summary: 'Makes a new user and writes a kubeconfig for it.',
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (values.help) {
      output.out(usage);
      return 0;
    }
    const [name, surplus] = positionals;
    if (!name || surplus !== undefined) {
      throw new UsageError('user takes one name, such as: binnacle user anna');
    }
    const lifetimeMs = durationMs(values.duration);
    const path = values.out ?? `${name.replaceAll(/[^\w.-]+/g, '-')}.kubeconfig`;
    const [{ readWebhookTarget }, { realClock }, kubeconfig] = await Promise.all([
      import('../webhook/read-target.ts'),
      import('../apimachinery/clock.ts'),
      import('../pki/kubeconfig.ts'),
    ]);
    const own = await readWebhookTarget(join(values['data-dir'], 'kubeconfig'), realClock);
    const where = { server: values.server ?? own.url.origin, ca: own.ca ?? '' };
    const proof =
      values['token-file'] === undefined ? await certificate(name, lifetimeMs, values) : await newToken();
    await kubeconfig.writeNewSecret(path, kubeconfig.userKubeconfig(where, name, proof));
    // Only now: a token that nobody has is of no use.
    if ('token' in proof) await addToFile(values['token-file']!, proof.token, name, values.group);
    output.out(told(path, name, values));
    return 0;
  },
} satisfies Tool);

function durationMs(text: string): number {
  try {
    const ms = parseGoDuration(text);
    if (ms > 0) return ms;
  } catch (error) {
    throw new UsageError(`--duration: ${(error as Error).message}`);
  }
  throw new UsageError(`--duration: ${text} must be positive`);
}

/** Throws an Error when there is no authority, or its key is kept elsewhere. */
async function certificate(name: string, lifetimeMs: number, values: Values): Promise<Proof> {
  const [
    { openKeyStore },
    { ensureAuthority },
    { issue },
    { newPrivateKey },
    { realClock },
    { cryptoRandom },
  ] = await Promise.all([
    import('../pki/key-store.ts'),
    import('../pki/authority.ts'),
    import('../pki/issue.ts'),
    import('../pki/pem.ts'),
    import('../apimachinery/clock.ts'),
    import('../apimachinery/random.ts'),
  ]);
  const store = await openKeyStore(values['cert-dir'] ?? join(values['data-dir'], 'pki'));
  if (store.read('ca.crt') === undefined) {
    throw new Error(`${store.path('ca.crt')} is not there; start the server once, or name its --data-dir`);
  }
  const tools = { clock: realClock, random: cryptoRandom };
  const { issuer } = await ensureAuthority(store, tools);
  if (!issuer) throw new Error(`${store.path('ca.key')} is not there, so nothing can be signed`);
  const { key, pem } = await newPrivateKey();
  const subject = { purpose: 'client', commonName: name, organizations: values.group } as const;
  return { cert: await issue(subject, lifetimeMs, key, issuer, tools), key: pem };
}

const tokenBytes = 32;

async function newToken(): Promise<Proof> {
  const { cryptoRandom } = await import('../apimachinery/random.ts');
  return { token: Buffer.from(cryptoRandom.bytes(tokenBytes)).toString('base64url') };
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** One line more; a running server reads it again. */
async function addToFile(
  path: string,
  token: string,
  name: string,
  groups: readonly string[],
): Promise<void> {
  const fields = [token, quoted(name), '', ...(groups.length === 0 ? [] : [quoted(groups.join(','))])];
  await appendFile(path, `${fields.join(',')}\n`, { mode: 0o600 });
}

function told(path: string, name: string, values: Values): string {
  const file = values['token-file'];
  const how =
    file === undefined
      ? ''
      : `The token is in ${file}; the server must run with --token-auth-file=${file}.\n`;
  return `Wrote ${path} for ${name}${values.group.length === 0 ? '' : ` in ${values.group.join(', ')}`}.
${how}
Look who the server takes ${name} for, and allow something:

  kubectl --kubeconfig=${path} auth whoami
  kubectl create rolebinding ${name.replaceAll(/[^a-z0-9.-]+/g, '-')}-view --clusterrole=view --user=${name}

`;
}
