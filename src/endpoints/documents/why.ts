import { badRequest } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Attributes } from '../../authorization/types.ts';
import type { Catalog } from '../../registry/catalog.ts';
import { impersonatedUser } from '../chain/impersonation.ts';
import type { Request } from '../request.ts';
import { respondJson } from '../respond.ts';
import { type Document, requireRead } from './document.ts';

/**
 * `/debug/why`: why somebody may do something or not. Not Kubernetes': a path of our own, which RBAC protects as it does every path
 * that is no resource. Parameters: `verb`; `resource` as in kubectl (`pods`, `deploy`, `deployments.apps`, `pods/log`) with
 * `namespace` and `name`, or `path`; `as` and `as-group` for another user.
 */
export const whyDocument: Document = (core, request) => {
  if (request.info.path !== '/debug/why') return undefined;
  requireRead(request);
  const attributes = askedAbout(core.registry.catalog, request);
  return core.explain(attributes, true).then((explanation) => respondJson(request, 200, explanation));
};

const blank = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path: '' };

function askedAbout(catalog: Catalog, { info: { query }, user: sender }: Request): Attributes {
  const value = (name: string) => query.get(name) ?? '';
  const [verb, resource, path] = [value('verb'), value('resource'), value('path')];
  if (verb === '') throw badRequest('verb is required');
  if ((resource === '') === (path === '')) throw badRequest('either resource or path is required');
  const user = whom(sender, value('as'), query.getAll('as-group'));
  if (resource === '') return { ...blank, user, verb, path, resourceRequest: false };
  const { clusterScoped, ...named } = resourceNamed(catalog, resource);
  return {
    ...blank,
    ...named,
    user,
    verb,
    namespace: clusterScoped ? '' : value('namespace'),
    name: value('name'),
    resourceRequest: true,
  };
}

const whom = (sender: UserInfo, name: string, groups: readonly string[]): UserInfo =>
  name === '' ? sender : impersonatedUser({ name, uid: '', groups, extra: {} });

type Named = Pick<Attributes, 'group' | 'version' | 'resource' | 'subresource'> & {
  readonly clusterScoped: boolean;
};

/** What a word means, as kubectl reads it. What is not served may be asked about all the same. */
function resourceNamed(catalog: Catalog, text: string): Named {
  const [word = '', subresource = ''] = text.split('/', 2);
  const [name = '', ...rest] = word.split('.');
  const group = rest.join('.');
  const definition = catalog
    .definitions()
    .find(
      (one) =>
        (rest.length === 0 || one.group === group) &&
        [one.resource, one.singular, ...one.shortNames].includes(name.toLowerCase()),
    );
  if (!definition) return { group, version: '*', resource: name, subresource, clusterScoped: false };
  const { resource, stored, scope } = definition;
  const clusterScoped = scope === 'Cluster';
  return { group: definition.group, version: stored.version, resource, subresource, clusterScoped };
}
