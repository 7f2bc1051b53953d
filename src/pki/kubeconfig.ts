import { open } from 'node:fs/promises';
import { PkiError, privateMode, readIfThere, replaceFile } from './files.ts';

export interface KubeconfigContent {
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Context, cluster and user of the file. */
export const kubeconfigName = 'binnacle';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** How somebody shows who they are. Certificate and key are PEM. */
export type Proof = { readonly cert: string; readonly key: string } | { readonly token: string };

/** Of a server: its address, `https://127.0.0.1:6443`, and PEM. */
type Place = Pick<KubeconfigContent, 'server' | 'ca'>;

/** A kubeconfig with everything embedded, in the order in which kubectl writes it. */
export const kubeconfigText = ({ server, ca, ...proof }: KubeconfigContent): string =>
  contentOf({ server, ca }, kubeconfigName, proof);

/** A kubeconfig for one more user of a server. `user` may be any text. */
export const userKubeconfig = (place: Place, user: string, proof: Proof): string =>
  contentOf(place, JSON.stringify(user), proof);

/** `name`, of the user and the context, as YAML. */
function contentOf({ server, ca }: Place, name: string, proof: Proof): string {
  const shown =
    'token' in proof
      ? [`token: ${proof.token}`]
      : [`client-certificate-data: ${base64(proof.cert)}`, `client-key-data: ${base64(proof.key)}`];
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: ${server}
  name: ${kubeconfigName}
contexts:
- context:
    cluster: ${kubeconfigName}
    user: ${name}
  name: ${name}
current-context: ${name}
kind: Config
preferences: {}
users:
- name: ${name}
  user:
${shown.map((line) => `    ${line}\n`).join('')}`;
}

/**
 * Writes the file unless it already leads to this server: what `kubectl config set-context` added to it stays. A file that
 * leads elsewhere (another port, renewed keys) is replaced. Answers whether it wrote.
 */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<boolean> {
  const existing = await readIfThere(path);
  const lines = new Set(existing?.split('\n').map((line) => line.trim()));
  const wanted = [
    `server: ${content.server}`,
    `certificate-authority-data: ${base64(content.ca)}`,
    `client-certificate-data: ${base64(content.cert)}`,
    `client-key-data: ${base64(content.key)}`,
  ];
  if (wanted.every((line) => lines.has(line))) return false;
  await replaceFile(path, kubeconfigText(content), privateMode);
  return true;
}

/** Writes a file that only its owner reads. Throws a PkiError when there is one already. */
export async function writeNewSecret(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', privateMode).catch((error: NodeJS.ErrnoException) => {
    const isThere = error.code === 'EEXIST';
    throw new PkiError(path, isThere ? 'exists already; choose another file with --out' : error.message);
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
