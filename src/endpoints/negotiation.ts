import { notAcceptable, unsupportedMediaType } from '../apimachinery/status.ts';
import type { Request } from './request.ts';

/** How an answer is to look. */
export interface ResponseForm {
  readonly media: 'json' | 'yaml';
  /** A transformation: `Table` or `PartialObjectMetadata` of meta.k8s.io, aggregated discovery; absent for the object itself. */
  readonly as?: { readonly kind: string; readonly version: string };
}

const plainJson: ResponseForm = Object.freeze({ media: 'json' });
const maxCachedHeaders = 500;
/** Longer headers than clients send are read each time. Characters. */
const maxCachedLength = 512;
const cache = new Map<string, ResponseForm | undefined>();

const responseMediaTypes = ['application/json', 'application/yaml'];
export type BodyMedia = 'json' | 'yaml' | 'protobuf';
const requestMediaTypes: Readonly<Record<string, BodyMedia>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
};

/** What the `Accept` header asks for; 406 when nothing of it can be served. `allowAs` names the transformations on offer. */
export function negotiate(
  accept: string | undefined,
  allowAs: readonly string[],
  group = 'meta.k8s.io',
): ResponseForm {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json')
    return plainJson;
  const form =
    accept.length > maxCachedLength ? choose(accept, allowAs, group) : cachedChoice(accept, allowAs, group);
  if (!form) throw notAcceptable(responseMediaTypes);
  return form;
}

/** 406 for who takes no JSON, of what has no other form. */
export function requireJson({ exchange }: Request): void {
  if (!takesJson(exchange.headers['accept'])) throw notAcceptable(['application/json']);
}

export const takesJson = (accept: string | undefined): boolean =>
  !accept || /application\/json|\*\/\*|application\/\*/.test(accept);

/** Whether something that has no other forms goes out as YAML; who wants neither gets JSON. */
export const prefersYaml = (accept: string | undefined): boolean =>
  accept?.includes('yaml') === true && choose(accept, [], '')?.media === 'yaml';

function cachedChoice(accept: string, allowAs: readonly string[], group: string): ResponseForm | undefined {
  const key = `${allowAs.join()}|${accept}`;
  if (!cache.has(key)) {
    if (cache.size >= maxCachedHeaders) cache.clear();
    cache.set(key, choose(accept, allowAs, group));
  }
  return cache.get(key);
}

function choose(accept: string, allowAs: readonly string[], group: string): ResponseForm | undefined {
  const clauses = accept
    .split(',')
    .map(parseClause)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { type, parameters } of clauses) {
    const media = mediaOf(type);
    if (!media) continue;
    const kind = parameters['as'];
    if (kind === undefined) return { media };
    const version = parameters['v'] ?? '';
    if (parameters['g'] === group && allowedVersions(group).includes(version) && allowAs.includes(kind)) {
      return { media, as: { kind, version } };
    }
  }
  return undefined;
}

const allowedVersions = (group: string): readonly string[] =>
  group === 'apidiscovery.k8s.io' ? ['v2'] : ['v1', 'v1beta1'];

function mediaOf(type: string): 'json' | 'yaml' | undefined {
  if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

interface Clause {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

function parseClause(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters: Record<string, string> = Object.create(null);
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals > 0)
      parameters[part.slice(0, equals).trim().toLowerCase()] = part
        .slice(equals + 1)
        .trim()
        .replaceAll('"', '');
  }
  const quality = Number(parameters['q'] ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
}

/** How a body is written; no header means JSON. 415 for what cannot be read. */
export function bodyMedia(contentType: string | undefined): BodyMedia {
  if (contentType === undefined || contentType === '') return 'json';
  const type = mediaTypeOf(contentType);
  const media = Object.hasOwn(requestMediaTypes, type) ? requestMediaTypes[type] : undefined;
  if (!media) throw unsupportedMediaType(Object.keys(requestMediaTypes));
  return media;
}

/** The media type without parameters, lower case; '' when absent. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
