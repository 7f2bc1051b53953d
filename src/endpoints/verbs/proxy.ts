import type { AdmissionTools } from '../../admission/types.ts';
import type { NodeLinks, PodHandler } from '../../apimachinery/node-link.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { badRequest, serviceUnavailable } from '../../apimachinery/status.ts';
import type { Registry, Target } from '../../registry/context.ts';
import { objectKey } from '../../storage/keys.ts';
import { maxBodyBytes } from '../body.ts';
import type { Core } from '../core.ts';
import type { Request as ApiRequest } from '../request.ts';
import { respondEmpty, startResponse } from '../respond.ts';

/** `scheme:name:port`, `name:port` or `name` (`SplitSchemeNamePort`). */
export interface ProxiedName {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

export function proxiedName(id: string, resource: string): ProxiedName {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] =
    parts.length === 3 ? parts : ['', ...parts, ...(parts.length === 1 ? [''] : [])];
  const isValid = parts.length <= 3 && name !== '' && ['', 'http', 'https'].includes(scheme);
  if (!isValid) throw badRequest(`invalid ${resource.replace(/s$/, '')} request ${JSON.stringify(id)}`);
  return { scheme, name, port };
}

/** One pod behind a port, or what is known of where nothing answers. */
interface Backend {
  readonly namespace: string;
  readonly pod: string;
  readonly address: string;
  readonly port: number;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Where a pod is asked: at the port that is named, its first one, or the scheme's (`ResourceLocation` of core/pod). */
export function podBackend(pod: KubeObject, { scheme, port }: ProxiedName): Backend {
  const { metadata } = pod;
  const ip = fieldsOf(pod['status'])['podIP'];
  if (typeof ip !== 'string' || ip === '') throw badRequest('address not allowed');
  const containers = listOf(fieldsOf(pod['spec'])['containers']);
  const first = containers.flatMap(({ ports }) => listOf(ports))[0]?.['containerPort'];
  const standard = scheme === 'https' ? 443 : 80;
  return {
    namespace: metadata.namespace ?? '',
    pod: metadata.name ?? '',
    address: ip,
    port: port === '' ? Number(first ?? standard) : Number(port),
  };
}

/** A pod behind a port of a service, by its Endpoints (`ResourceLocation` of core/service). Throws a 503 when there is none. */
export function serviceBackend(
  { catalog, store, layout, random }: Registry,
  service: KubeObject,
  wanted: string,
): Backend {
  const { namespace = '', name = '' } = service.metadata;
  const none = () => serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  const portName = /^\d+$/.test(wanted) ? nameOfPort(service, Number(wanted)) : wanted;
  const { definition } = catalog.find('', 'v1', 'endpoints')!;
  const endpoints = store.cache.get(objectKey(layout, definition, namespace, name))?.decode();
  const subsets = listOf(endpoints?.['subsets']);
  const backends = subsets.flatMap((subset) => {
    const port = listOf(subset['ports']).find((one) => String(one['name'] ?? '') === portName)?.['port'];
    if (port === undefined) return [];
    return listOf(subset['addresses']).map(({ ip, targetRef }) => {
      const { name: pod, namespace: of = namespace } = fieldsOf(targetRef);
      return { namespace: String(of), pod: String(pod ?? ''), address: String(ip), port: Number(port) };
    });
  });
  const chosen = backends[backends.length > 1 ? random.int(backends.length) : 0];
  if (!chosen) throw none();
  return chosen;
}

/** Where the server itself reaches a Service: webhooks that are named by one. Throws an Error that says what there is not. */
export const serviceBackends =
  (registry: () => Registry, nodes: NodeLinks): AdmissionTools['backendOf'] =>
  (namespace, name, port) => {
    const { catalog, store, layout } = registry();
    const { definition } = catalog.find('', 'v1', 'services')!;
    const service = store.cache.get(objectKey(layout, definition, namespace, name))?.decode();
    if (!service) throw new Error(`service ${JSON.stringify(name)} not found`);
    const { type, externalName } = fieldsOf(service['spec']);
    if (type === 'ExternalName') return { address: String(externalName), port };
    const at = serviceBackend(registry(), service, String(port));
    return { ...at, handler: nodes.listener(at.namespace, at.pod, at.port) };
  };

function nameOfPort(service: KubeObject, wanted: number): string {
  const ports = listOf(fieldsOf(service['spec'])['ports']);
  const found = ports.find(({ port }) => port === wanted);
  if (found) return String(found['name'] ?? '');
  const { name = '' } = service.metadata;
  throw serviceUnavailable(`no service port ${wanted} found for service ${JSON.stringify(name)}`);
}

/** What answers there. Throws the 503 of a server to which nobody speaks. */
export function handlerAt({ nodes }: Pick<Core, 'nodes'>, at: Backend): PodHandler {
  const handler = nodes.listener(at.namespace, at.pod, at.port);
  if (handler) return handler;
  const what = `dial tcp ${at.address}:${at.port}: connect: connection refused`;
  throw serviceUnavailable(`error trying to reach service: ${what}`);
}

/** Of one connection only (RFC 9110, 7.6.1), or made anew here. */
const notPassedOn = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'content-length', 'host', 'expect'],
]);

/** A path as Go writes it: `%2F` in what was sent is a slash. */
const escapedPath = (path: string): string =>
  encodeURI(path).replace(/[?#!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Passes a request on and its answer back. What it asks for is what follows `/proxy`. */
export async function passOn(
  request: ApiRequest,
  { namespace, definition: { scope } }: Target,
  at: Backend,
  handler: PodHandler,
): Promise<void> {
  const { exchange } = request;
  const { method, target, sink, signal } = exchange;
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const search = mark < 0 ? '' : target.slice(mark);
  const above = scope === 'Namespaced' && namespace !== '' ? 8 : 6;
  const segments = request.info.path.split('/');
  if (segments.length === above && method === 'GET') {
    // Relative links of a page would lead elsewhere.
    startResponse(request, 301, { location: `${raw}/${search}`, 'content-length': '0' });
    return sink.end();
  }
  const path = escapedPath(`/${segments.slice(above).join('/')}`);
  const url = `http://${at.address.includes(':') ? `[${at.address}]` : at.address}:${at.port}${path}${search}`;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? await exchange.body(maxBodyBytes) : undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(exchange.headers)) {
    if (value !== undefined && !name.startsWith(':') && !notPassedOn.has(name)) headers.set(name, value);
  }
  headers.set('x-forwarded-uri', raw);
  const answer = await handler(
    new Request(url, { method, headers, signal, ...(body ? { body } : {}) }),
  ).catch((error: unknown) => {
    throw serviceUnavailable(`error trying to reach service: ${(error as Error).message}`);
  });
  if (answer.status === 204) return respondEmpty(request, 204);
  const given = [...answer.headers].filter(([name]) => !notPassedOn.has(name));
  startResponse(request, answer.status, Object.fromEntries(given));
  for await (const bytes of answer.body ?? []) {
    if (!sink.write(bytes)) await sink.drained();
    if (signal.aborted) return;
  }
  sink.end();
}
