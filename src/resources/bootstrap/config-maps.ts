import { cloneJson, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { BootstrapObject, BootstrapOptions, RequestHeaderOptions } from './types.ts';

type Data = Record<string, string>;

const dataOf = (object: KubeObject): Data => (object['data'] ?? {}) as Data;

const configMap = (name: string, data: Data): BootstrapObject => ({
  group: '',
  resource: 'configmaps',
  namespace: 'kube-system',
  name,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data },
  mode: 'reconcile',
});

/** The certificates of both bundles, each once. */
function joinPem(first: string, second: string): string {
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
  const all = [...(first.match(certificate) ?? []), ...(second.match(certificate) ?? [])];
  return [...new Set(all)].map((pem) => `${pem}\n`).join('');
}

/** A JSON list that holds the items of both, each once. */
function joinList(first: string, second: string): string {
  const items = (text: string): string[] => {
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    } catch {
      return []; // written by hand: what this server knows replaces it
    }
  };
  return JSON.stringify([...new Set([...items(first), ...items(second)])]);
}

function requestHeaderData(options: RequestHeaderOptions): Data {
  const list = (values: readonly string[]) => JSON.stringify(values);
  return {
    'requestheader-username-headers': list(options.usernameHeaders),
    ...(options.uidHeaders.length > 0 ? { 'requestheader-uid-headers': list(options.uidHeaders) } : {}),
    'requestheader-group-headers': list(options.groupHeaders),
    'requestheader-extra-headers-prefix': list(options.extraHeadersPrefix),
    'requestheader-client-ca-file': options.ca,
    'requestheader-allowed-names': list(options.allowedNames),
  };
}

/** Several servers share the ConfigMap, so what is there is kept beside what this server trusts. */
function mergeTrust(existing: KubeObject, wanted: Data): KubeObject | undefined {
  const object = cloneJson(existing);
  const data = dataOf(object);
  for (const key of Object.keys(wanted)) {
    const join = key.endsWith('-ca-file') ? joinPem : joinList;
    data[key] = Object.hasOwn(data, key) ? join(data[key]!, wanted[key]!) : wanted[key]!;
  }
  object['data'] = data;
  return jsonEqual(object, existing) ? undefined : object;
}

/** How aggregated API servers learn whom this server trusts. */
export function authenticationTrust(
  options: Pick<BootstrapOptions, 'clientCa' | 'requestHeader'>,
): BootstrapObject {
  const data = {
    ...(options.clientCa ? { 'client-ca-file': joinPem(options.clientCa, '') } : {}),
    ...(options.requestHeader ? requestHeaderData(options.requestHeader) : {}),
  };
  const wanted = configMap('extension-apiserver-authentication', data);
  return { ...wanted, reconcile: (existing) => mergeTrust(existing, data) };
}

const isDate = (text: string | undefined) => text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text);

/** Since when the use of tokens in Secrets is recorded; the token cleaner waits from that day. */
export function legacyTokenTracking(nowMs: number): BootstrapObject {
  const since = new Date(nowMs).toISOString().slice(0, 10);
  return {
    ...configMap('kube-apiserver-legacy-service-account-token-tracking', { since }),
    reconcile: (existing) =>
      isDate(dataOf(existing)['since'])
        ? undefined
        : { ...cloneJson(existing), data: { ...dataOf(existing), since } },
  };
}
