import { createHash } from 'node:crypto';
import { notAcceptable, pathNotFound } from '../../apimachinery/status.ts';
import { openApiV2Document } from '../../scheme/openapi/document-v2.ts';
import { openApiV3Document } from '../../scheme/openapi/document-v3.ts';
import { documentScopes, openApiV3Index } from '../../scheme/openapi/documents.ts';
import { gitVersion, version } from '../../version.ts';
import type { Core } from '../core.ts';
import { type HashedDocument, hashed, respondHashed } from '../etag.ts';
import type { Request } from '../request.ts';
import { respondJson } from '../respond.ts';
import type { Document } from './index.ts';

const cache = new WeakMap<Core, { generation: number; documents: Map<string, HashedDocument> }>();

/** Documents are made when first asked for and kept until the catalog changes. */
function cached(core: Core, key: string, make: () => unknown): HashedDocument {
  const generation = core.registry.catalog.generation();
  let entry = cache.get(core);
  if (entry?.generation !== generation) cache.set(core, (entry = { generation, documents: new Map() }));
  let document = entry.documents.get(key);
  if (!document) entry.documents.set(key, (document = hashed(make())));
  return document;
}

/** `/openapi/v2`, `/openapi/v3` and its group versions. */
export const openApiDocument: Document = (core, request) => {
  const { path } = request.info;
  if (path === '/openapi/v2') answerV2(core, request);
  else if (path === '/openapi/v3' || path === '/openapi/v3/') answerIndex(core, request);
  else if (path.startsWith('/openapi/v3/')) answerV3(core, request, path.slice('/openapi/v3/'.length));
  else return undefined;
  return Promise.resolve();
};

/** protobuf and gnostic forms are not made; whoever takes nothing else gets a 406. */
function requireJson({ exchange }: Request): void {
  const accept = exchange.headers['accept'] ?? '*/*';
  if (!/application\/json|\*\/\*|application\/\*/.test(accept)) throw notAcceptable(['application/json']);
}

const json = { 'content-type': 'application/json' };

function answerV2(core: Core, request: Request): void {
  requireJson(request);
  const { catalog, schemas } = core.registry;
  respondHashed(request, cached(core, 'v2', () => openApiV2Document(catalog.definitions(), schemas, gitVersion)), json);
}

const isDocument = ({ registry }: Core, path: string): boolean =>
  documentScopes(registry.catalog.definitions()).some((scope) => scope.path === path);

/**
 * Names a document without making it: it follows from this package, and from what is served. So the index, which names
 * all of them, costs nothing.
 */
function documentHash({ registry }: Core, groupVersion: string): string {
  const served = registry.catalog.definitions().map(({ group, resource, versions, subresources }) => ({
    group,
    resource,
    versions: versions.map(({ version: name, schema }) => [name, schema]),
    subresources: Object.keys(subresources),
  }));
  const identity = JSON.stringify([version, groupVersion, registry.catalog.generation(), served]);
  return createHash('sha512').update(identity).digest('hex').toUpperCase();
}

function v3(core: Core, groupVersion: string): HashedDocument {
  const { catalog, schemas } = core.registry;
  const document = cached(core, groupVersion, () => openApiV3Document(catalog.definitions(), groupVersion, schemas, gitVersion));
  return { bytes: document.bytes, hash: documentHash(core, groupVersion) };
}

function answerIndex(core: Core, request: Request): void {
  const definitions = core.registry.catalog.definitions();
  respondJson(request, 200, openApiV3Index(definitions, (path) => documentHash(core, path)));
}

/** A URL that carries the hash never changes its answer (KEP-2896). */
function answerV3(core: Core, request: Request, groupVersion: string): void {
  requireJson(request);
  if (!isDocument(core, groupVersion)) throw pathNotFound();
  const document = v3(core, groupVersion);
  const forever = request.info.query.get('hash') === document.hash;
  respondHashed(request, document, forever ? { ...json, 'cache-control': 'public, immutable, max-age=31536000' } : json);
}
