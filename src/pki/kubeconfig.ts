import { privateMode, readIfThere, replaceFile } from './files.ts';

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

/** A kubeconfig with everything embedded, in the order in which kubectl writes it. */
export function kubeconfigText({ server, ca, cert, key }: KubeconfigContent): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: ${server}
  name: ${kubeconfigName}
contexts:
- context:
    cluster: ${kubeconfigName}
    user: ${kubeconfigName}
  name: ${kubeconfigName}
current-context: ${kubeconfigName}
kind: Config
preferences: {}
users:
- name: ${kubeconfigName}
  user:
    client-certificate-data: ${base64(cert)}
    client-key-data: ${base64(key)}
`;
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
