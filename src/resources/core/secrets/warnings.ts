import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { KubeObject } from '../../../apimachinery/object.ts';

const pemBlock = /-----BEGIN ([^-\n]+)-----[\s\S]*?-----END \1-----/g;

/** The PEM blocks of one entry whose label passes, in order. */
function blocks(data: ISecret['data'], key: string, wanted: (label: string) => boolean): string[] {
  const text = data && Object.hasOwn(data, key) ? Buffer.from(data[key]!, 'base64').toString('latin1') : '';
  return [...text.matchAll(pemBlock)].filter(([, label]) => wanted(label!)).map(([block]) => block);
}

/** A `kubernetes.io/tls` secret should hold a certificate and its key; messages as Go's `tls.X509KeyPair`. */
export function warnings(object: KubeObject): string[] {
  const { type, data } = object as unknown as ISecret;
  if (type !== 'kubernetes.io/tls') return [];
  const problem = keyPairProblem(data);
  return problem === undefined ? [] : [problem];
}

function keyPairProblem(data: ISecret['data']): string | undefined {
  const [certificatePem] = blocks(data, 'tls.crt', (label) => label === 'CERTIFICATE');
  if (!certificatePem) return 'tls: failed to find any PEM data in certificate input';
  const [keyPem] = blocks(
    data,
    'tls.key',
    (label) => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY'),
  );
  if (!keyPem) return 'tls: failed to find any PEM data in key input';
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch {
    return 'x509: malformed certificate';
  }
  try {
    return certificate.checkPrivateKey(createPrivateKey(keyPem))
      ? undefined
      : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse private key';
  }
}
