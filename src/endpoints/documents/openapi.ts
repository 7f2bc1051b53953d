import { createHash } from 'node:crypto';
import { notAcceptable, pathNotFound } from '../../apimachinery/status.ts';
import { finishInTurns, type Steps } from '../../apimachinery/steps.ts';
import type { Part } from '../../scheme/openapi/dialect.ts';
import { openApiV2Document } from '../../scheme/openapi/document-v2.ts';
import { openApiV3Document } from '../../scheme/openapi/document-v3.ts';
import { documentScopes, openApiV3Index } from '../../scheme/openapi/documents.ts';
import { swaggerProtobuf } from '../../scheme/openapi/swagger-protobuf.ts';
import { kubernetesVersion, version } from '../../version.ts';
import type { Core } from '../core.ts';
import { type HashedDocument, hashedBytes, respondCompressed } from '../etag.ts';
import { requireJson, takesJson } from '../negotiation.ts';
import type { Request } from '../request.ts';
import { respondBytes, respondJson } from '../respond.ts';
import type { Document } from './document.ts';

/** The version of the API that documents describe; which server it is says `/version`. */
const apiVersion = `${kubernetesVersion.major}.${kubernetesVersion.minor}`;

interface Documents {
  readonly generation: number;
  readonly made: Map<string, Promise<HashedDocument>>;
}

const cache = new WeakMap<Core, Documents>();

/**
 * Documents are made when first asked for and kept until the catalog changes. Making the large one takes tens of
 * milliseconds, so it is done in turns with whatever else the server has to do.
 */
function cached(core: Core, key: string, make: () => Steps<HashedDocument>): Promise<HashedDocument> {
  const generation = core.registry.catalog.generation();
  let documents = cache.get(core);
  if (documents?.generation !== generation) cache.set(core, (documents = { generation, made: new Map() }));
  const { made } = documents;
  let document = made.get(key);
  if (!document) {
    made.set(key, (document = finishInTurns(make())));
    document.catch(() => made.delete(key));
  }
  return document;
}

function* jsonOf(document: Steps<unknown>): Steps<HashedDocument> {
  const value = yield* document;
  yield;
  const bytes = Buffer.from(JSON.stringify(value));
  yield;
  return hashedBytes(bytes);
}

function* protobufOf(document: Steps<Part>): Steps<HashedDocument> {
  const value = yield* document;
  yield;
  return hashedBytes(swaggerProtobuf(value));
}

/** `/openapi/v2`, `/openapi/v3` and its group versions. */
export const openApiDocument: Document = (core, request) => {
  const { path } = request.info;
  if (path === '/openapi/v2') return answerV2(core, request);
  if (path === '/openapi/v3' || path === '/openapi/v3/') return answerIndex(core, request);
  if (path.startsWith('/openapi/v3/')) return answerV3(core, request, path.slice('/openapi/v3/'.length));
  return undefined;
};

const acceptOf = ({ exchange }: Request): string => exchange.headers['accept'] ?? '*/*';
const json = { 'content-type': 'application/json' };

/** gnostic's protobuf; `@` for `.` is how older clients, kubectl among them, write it. */
const swaggerProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const takesProtobuf = (request: Request): boolean =>
  acceptOf(request).replace('v2@v1.0', 'v2.v1.0').includes(swaggerProtobufType);

async function answerV2(core: Core, request: Request): Promise<void> {
  const { catalog, schemas } = core.registry;
  const document = () => openApiV2Document(catalog.definitions(), schemas, apiVersion);
  if (takesProtobuf(request)) {
    const bytes = await cached(core, 'v2 protobuf', () => protobufOf(document()));
    await respondCompressed(request, bytes, { 'content-type': swaggerProtobufType });
  } else if (takesJson(acceptOf(request))) {
    const bytes = await cached(core, 'v2', () => jsonOf(document()));
    await respondCompressed(request, bytes, json);
  } else throw notAcceptable(['application/json', swaggerProtobufType]);
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

async function v3(core: Core, groupVersion: string): Promise<HashedDocument> {
  const { catalog, schemas } = core.registry;
  const document = await cached(core, groupVersion, () =>
    jsonOf(openApiV3Document(catalog.definitions(), groupVersion, schemas, apiVersion)),
  );
  return { bytes: document.bytes, hash: documentHash(core, groupVersion) };
}

async function answerIndex(core: Core, request: Request): Promise<void> {
  const definitions = core.registry.catalog.definitions();
  respondJson(
    request,
    200,
    openApiV3Index(definitions, (path) => documentHash(core, path)),
  );
}

/** A URL that carries the hash never changes its answer; one that carries another leads there (KEP-2896). */
async function answerV3(core: Core, request: Request, groupVersion: string): Promise<void> {
  requireJson(request);
  if (!isDocument(core, groupVersion)) throw pathNotFound();
  const hash = request.info.query.get('hash') ?? '';
  const present = documentHash(core, groupVersion);
  if (hash !== '' && hash !== present) {
    const location = `/openapi/v3/${groupVersion}?hash=${present}`;
    respondBytes(request, 301, new Uint8Array(), { location });
    return;
  }
  await respondCompressed(
    request,
    await v3(core, groupVersion),
    hash === '' ? json : { ...json, 'cache-control': 'public, immutable, max-age=31536000' },
  );
}
