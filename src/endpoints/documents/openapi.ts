import { createHash } from 'node:crypto';
import { notAcceptable, pathNotFound } from '../../apimachinery/status.ts';
import { openApiV2Document } from '../../scheme/openapi/document-v2.ts';
import { openApiV3Document } from '../../scheme/openapi/document-v3.ts';
import { documentScopes, openApiV3Index } from '../../scheme/openapi/documents.ts';
import { swaggerProtobuf } from '../../scheme/openapi/swagger-protobuf.ts';
import { gitVersion, version } from '../../version.ts';
import type { Core } from '../core.ts';
import { type HashedDocument, hashed, hashedBytes, respondHashed } from '../etag.ts';
import type { Request } from '../request.ts';
import { respondJson } from '../respond.ts';
import type { Document } from './document.ts';

const cache = new WeakMap<Core, { generation: number; documents: Map<string, HashedDocument> }>();

/** Documents are made when first asked for and kept until the catalog changes. */
function cached(core: Core, key: string, make: () => HashedDocument): HashedDocument {
  const generation = core.registry.catalog.generation();
  let entry = cache.get(core);
  if (entry?.generation !== generation) cache.set(core, (entry = { generation, documents: new Map() }));
  let document = entry.documents.get(key);
  if (!document) entry.documents.set(key, (document = make()));
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

const acceptOf = ({ exchange }: Request): string => exchange.headers['accept'] ?? '*/*';
const takesJson = (request: Request): boolean =>
  /application\/json|\*\/\*|application\/\*/.test(acceptOf(request));

/** The third version of the document exists as JSON only; whoever takes nothing else gets a 406. */
function requireJson(request: Request): void {
  if (!takesJson(request)) throw notAcceptable(['application/json']);
}

const json = { 'content-type': 'application/json' };

/** gnostic's protobuf; `@` for `.` is how older clients, kubectl among them, write it. */
const swaggerProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const takesProtobuf = (request: Request): boolean =>
  acceptOf(request).replace('v2@v1.0', 'v2.v1.0').includes(swaggerProtobufType);

function answerV2(core: Core, request: Request): void {
  const { catalog, schemas } = core.registry;
  const document = () => openApiV2Document(catalog.definitions(), schemas, gitVersion);
  if (takesProtobuf(request)) {
    const bytes = cached(core, 'v2 protobuf', () => hashedBytes(swaggerProtobuf(document())));
    respondHashed(request, bytes, { 'content-type': swaggerProtobufType });
  } else if (takesJson(request))
    respondHashed(
      request,
      cached(core, 'v2', () => hashed(document())),
      json,
    );
  else throw notAcceptable(['application/json', swaggerProtobufType]);
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
  const document = cached(core, groupVersion, () =>
    hashed(openApiV3Document(catalog.definitions(), groupVersion, schemas, gitVersion)),
  );
  return { bytes: document.bytes, hash: documentHash(core, groupVersion) };
}

function answerIndex(core: Core, request: Request): void {
  const definitions = core.registry.catalog.definitions();
  respondJson(
    request,
    200,
    openApiV3Index(definitions, (path) => documentHash(core, path)),
  );
}

/** A URL that carries the hash never changes its answer (KEP-2896). */
function answerV3(core: Core, request: Request, groupVersion: string): void {
  requireJson(request);
  if (!isDocument(core, groupVersion)) throw pathNotFound();
  const document = v3(core, groupVersion);
  const forever = request.info.query.get('hash') === document.hash;
  respondHashed(
    request,
    document,
    forever ? { ...json, 'cache-control': 'public, immutable, max-age=31536000' } : json,
  );
}
