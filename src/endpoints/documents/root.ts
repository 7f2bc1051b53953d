import type { Core } from '../core.ts';
import { respondJson } from '../respond.ts';
import type { Document } from './document.ts';

/** `/`, also as `/index.html`: the paths there are. */
export const rootDocument: Document = (core, request) => {
  if (request.info.path !== '/' && request.info.path !== '/index.html') return undefined;
  respondJson(request, 200, { paths: paths(core) });
  return Promise.resolve();
};

function paths({ registry, healthChecks }: Core): string[] {
  const found = new Set([
    '/api',
    '/api/v1',
    '/apis',
    '/openapi/v2',
    '/openapi/v3',
    '/version',
    '/metrics',
    '/.well-known/openid-configuration',
    '/openid/v1/jwks',
  ]);
  for (const { group, versions } of registry.catalog.definitions()) {
    if (group === '') continue;
    found.add(`/apis/${group}`);
    for (const { version } of versions) found.add(`/apis/${group}/${version}`);
  }
  for (const group of ['healthz', 'livez', 'readyz'] as const) {
    found.add(`/${group}`);
    for (const { name, on } of healthChecks) if (on.includes(group)) found.add(`/${group}/${name}`);
  }
  return [...found].sort();
}
