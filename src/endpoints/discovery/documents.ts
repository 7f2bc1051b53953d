import { pageNotFound, pathNotFound } from '../../apimachinery/status.ts';
import type { Catalog } from '../../registry/catalog.ts';
import type { Core } from '../core.ts';
import { type Document, requireRead } from '../documents/document.ts';
import { type HashedDocument, hashed, respondHashed } from '../etag.ts';
import { negotiate } from '../negotiation.ts';
import type { Request } from '../request.ts';
import { respondValue } from '../respond.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts';

/** `/api`, `/apis` and what is below them, in the legacy and the aggregated form. */
export const discoveryDocument: Document = (core, request) => {
  const segments = request.info.path.split('/').filter((segment) => segment !== '');
  const [root, first, second, ...rest] = segments;
  if ((root !== 'api' && root !== 'apis') || rest.length > 0) return undefined;
  if (first === undefined) {
    answerRoot(core, request, root);
    return Promise.resolve();
  }
  if (root === 'api') {
    if (second !== undefined) throw pathNotFound();
    respondAcceptable(request, resources(core, request, '', first));
  } else if (second === undefined) {
    const group = apiGroup(core.registry.catalog, first);
    if (!group) throw pageNotFound();
    respondAcceptable(request, group);
  } else respondAcceptable(request, resources(core, request, first, second));
  return Promise.resolve();
};

/** 406 for who takes neither JSON nor YAML. */
function respondAcceptable(request: Request, value: unknown): void {
  negotiate(request.exchange.headers['accept'], []);
  respondValue(request, 200, value);
}

function resources({ registry }: Core, request: Request, group: string, version: string) {
  if (!registry.catalog.hasGroup(group)) throw pageNotFound();
  if (!registry.catalog.hasGroupVersion(group, version)) throw pathNotFound();
  requireRead(request);
  return apiResourceList(registry.catalog, group, version);
}

/** The roots offer the aggregated form, which spares clients a request per group version. */
function answerRoot(core: Core, request: Request, root: 'api' | 'apis'): void {
  const { catalog } = core.registry;
  if (root === 'api') requireRead(request);
  const form = negotiate(
    request.exchange.headers['accept'],
    ['APIGroupDiscoveryList'],
    'apidiscovery.k8s.io',
  );
  const version = form.as?.version;
  if (version === undefined) {
    respondValue(
      request,
      200,
      root === 'api'
        ? apiVersions(request.exchange.headers[':authority'] ?? request.exchange.headers['host'])
        : apiGroupList(catalog),
    );
    return;
  }
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  respondHashed(request, aggregated(catalog, root, version), { 'content-type': contentType });
}

const cache = new WeakMap<Catalog, { generation: number; documents: Map<string, HashedDocument> }>();

function aggregated(catalog: Catalog, root: 'api' | 'apis', version: string): HashedDocument {
  let cached = cache.get(catalog);
  if (cached?.generation !== catalog.generation()) {
    cache.set(catalog, (cached = { generation: catalog.generation(), documents: new Map() }));
  }
  const key = `${root} ${version}`;
  let document = cached.documents.get(key);
  if (!document) cached.documents.set(key, (document = hashed(aggregatedDiscovery(catalog, root, version))));
  return document;
}
