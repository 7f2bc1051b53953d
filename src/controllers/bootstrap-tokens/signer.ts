import { createHmac } from 'node:crypto';
import { jsonEqual } from '../../apimachinery/object.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { configMaps, type Secret, secrets } from '../../client/kinds.ts';
import { metadataOf } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import type { Controller } from '../types.ts';
import { expiresInMs, isTokenSecret, signingToken } from './token-secret.ts';

const mapNamespace = 'kube-public';
const mapName = 'cluster-info';
const signedField = 'kubeconfig';
const signaturePrefix = 'jws-kubeconfig-';

/**
 * Signs the kubeconfig in the ConfigMap `cluster-info` with every bootstrap token that may, so that who knows a token can tell that
 * the cluster it is shown is the one that it looks for.
 */
export const bootstrapSigner: Controller = {
  names: ['bootstrap-signer-controller', 'bootstrapsigner'],
  onlyWhenNamed: true,
  start(tools) {
    const { clock, informers } = tools;
    const client = tools.clientAs('bootstrap-signer').of(configMaps);
    const maps = informers.of(metadataOf(configMaps));
    const known = informers.of(secrets);
    const reconcile = async (): Promise<number | undefined> => {
      const found =
        maps.get(mapNamespace, mapName) && (await unlessNotFound(client.get(mapNamespace, mapName)));
      const data = found?.data as Record<string, string> | undefined;
      const content = data?.[signedField];
      if (!found || !data || content === undefined) return undefined;
      const tokens = [...known.all()].filter(isTokenSecret);
      const unsigned = Object.entries(data).filter(([field]) => !field.startsWith(signaturePrefix));
      const signatures = tokens.flatMap((secret) => {
        const token = signingToken(secret, clock.now());
        return token ? [[signaturePrefix + token.id, signature(content, token)] as const] : [];
      });
      const signed = Object.fromEntries([...unsigned, ...signatures]);
      if (!jsonEqual(signed, data)) await client.update({ ...found, data: signed });
      return nextExpiryMs(tokens, clock.now());
    };
    const sources = [
      source(maps, (after) => {
        const { name, namespace } = after?.metadata ?? {};
        return name === mapName && namespace === mapNamespace ? [mapName] : [];
      }),
      source(known, (after, before) => (isTokenSecret((after ?? before)!) ? [mapName] : [])),
    ];
    return runLoop({ name: 'bootstrapsigner', sources, workers: 1, reconcile }, tools);
  },
};

const base64Url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** A JSON Web Signature (RFC 7515) without its payload, by HMAC with SHA-256. */
function signature(
  content: string,
  { id, secret }: { readonly id: string; readonly secret: string },
): string {
  const header = base64Url(JSON.stringify({ alg: 'HS256', kid: id }));
  const mac = createHmac('sha256', secret)
    .update(`${header}.${base64Url(content)}`)
    .digest('base64url');
  return `${header}..${mac}`;
}

function nextExpiryMs(tokens: readonly Secret[], nowMs: number): number | undefined {
  const waits = tokens.map((secret) => expiresInMs(secret, nowMs) ?? 0).filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
