import { badRequest } from '../apimachinery/status.ts';

/** What a path and method mean. Made once per request; nobody looks at the URL afterwards. */
export interface RequestInfo {
  /** Decoded path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** False for `/healthz`, discovery and the like: then `verb` is the lower-case method and the rest is ''. */
  readonly isResource: boolean;
  /** API verb: get, list, watch, create, update, patch, delete, deletecollection; proxy of paths that are there no more. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows a subresource: the path below `…/proxy/`. */
  readonly rest: string;
}

const noQuery = new URLSearchParams();
/** A map, as HTTP/2 lets any word be a method, `constructor` too. */
const verbOfMethod: ReadonlyMap<string, string> = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
/** Below `/namespaces/{name}/` these are subresources of the namespace itself, not resources in it. */
const namespaceSubresources = new Set(['status', 'finalize']);
const maxTargetLength = 16_384;

/** Throws a 400 for a path that cannot be read. */
export function parseRequestInfo(method: string, target: string): RequestInfo {
  if (target.length > maxTargetLength) throw badRequest('the request URI is too long');
  const mark = target.indexOf('?');
  const path = decodePath(mark === -1 ? target : target.slice(0, mark));
  const query = mark === -1 ? noQuery : new URLSearchParams(target.slice(mark + 1));
  const segments = path.split('/');
  // '' before the leading slash; trailing slashes, however many, mean nothing.
  segments.shift();
  while (segments.length > 1 && segments.at(-1) === '') segments.pop();
  const resource = resourceInfo(method, segments, query);
  return { path, query, ...(resource ?? nonResource(method)) };
}

function decodePath(raw: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest(`invalid URL escape in path ${JSON.stringify(raw)}`);
  }
}

type Parsed = Omit<RequestInfo, 'path' | 'query'>;

const nonResource = (method: string): Parsed => ({
  isResource: false,
  verb: method.toLowerCase(),
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  rest: '',
});

/** Undefined when the path is not below a group version. */
function resourceInfo(
  method: string,
  segments: readonly string[],
  query: URLSearchParams,
): Parsed | undefined {
  const core = segments[0] === 'api';
  const prefixLength = core ? 2 : 3;
  if (!(core || segments[0] === 'apis') || segments.length <= prefixLength) return undefined;
  const group = core ? '' : segments[1]!;
  const version = segments[prefixLength - 1]!;
  let parts = segments.slice(prefixLength);
  const verbInPath = verbsInPaths.has(parts[0]!) ? parts[0]! : undefined;
  if (verbInPath) parts = parts.slice(1);
  if (parts.length === 0) return undefined;

  const whole = parts;
  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1]!;
    if (parts.length > 2 && !namespaceSubresources.has(parts[2]!)) parts = parts.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...rest] = parts;
  if (resource !== 'namespaces' && parts[0] === 'namespaces') namespace = '';
  return {
    isResource: true,
    verb: verbInPath ?? verbOf(method, name, query),
    group,
    version,
    namespace,
    resource: hasHole(whole) || hasHole(parts) ? '' : resource,
    subresource,
    name,
    rest: rest.join('/'),
  };
}

/** Paths of old name the verb, whatever the method: `/api/v1/watch/pods`. */
const verbsInPaths: ReadonlySet<string> = new Set(['watch', 'proxy']);

function verbOf(method: string, name: string, query: URLSearchParams): string {
  const verb = verbOfMethod.get(method) ?? '';
  if (name !== '') return verb;
  if (verb === 'get') return asksToWatch(query) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** A place left empty is no place: `…/pods//x` must not be taken for the collection. What follows is a proxy's. */
const hasHole = (parts: readonly string[]): boolean => parts.slice(0, 3).includes('');

function asksToWatch(query: URLSearchParams): boolean {
  const value = query.get('watch');
  return value !== null && value !== 'false' && value !== '0';
}
