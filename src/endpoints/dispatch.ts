import { methodNotAllowed, pageNotFound, pathNotFound, verbNotSupported } from '../apimachinery/status.ts';
import type { Target } from '../registry/context.ts';
import type { Subresource } from '../scheme/definition.ts';
import type { Core } from './core.ts';
import { answerDocument } from './documents/index.ts';
import { type Request, warn } from './request.ts';
import { runAction } from './verbs/action.ts';
import { connect } from './verbs/connect.ts';
import { create } from './verbs/create.ts';
import { deleteObject } from './verbs/delete.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { getScale, patchScale, updateScale } from './verbs/scale.ts';
import { update } from './verbs/update.ts';
import type { Verb } from './verbs/verb.ts';
import { createVirtual, getVirtual, listVirtual } from './verbs/virtual.ts';
import { watch } from './verbs/watch.ts';

const stored: Readonly<Record<string, Verb>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: deleteObject,
  deletecollection: deleteCollection,
};
const virtual: Readonly<Record<string, Verb>> = { get: getVirtual, list: listVirtual, create: createVirtual };
const objectSubresource: Readonly<Record<string, Verb>> = { get, update, patch };
const scale: Readonly<Record<string, Verb>> = { get: getScale, update: updateScale, patch: patchScale };

/** From what a request means to the function that does it. */
export function dispatch(core: Core, request: Request): Promise<void> {
  if (!request.info.isResource) return answerDocument(core, request);
  const target = resolve(core, request);
  request.resolved = true;
  const { verb } = request.info;
  const { method } = request.exchange;
  // Proxies are subresources now.
  if (verb === 'proxy') throw pathNotFound();
  // Asked for as a get, and answered by nothing; and a path that says `watch` is there for a GET alone.
  if (method === 'HEAD' || (verb === 'watch' && method !== 'GET')) throw methodNotAllowed();
  const found = verbFor(target, verb);
  if (!found) throw methodNotAllowed();
  if (target.version.deprecation) {
    warn(request, target.version.deprecation);
    request.audit?.annotate('k8s.io/deprecated', 'true');
  }
  return found(core, request, target);
}

/** A path of something in a namespace where that is a namespace itself: `/api/v1/namespaces/a/namespaces/b`. */
const namespaceInNamespace = /\/namespaces\/[^/]+\/namespaces(?:\/|$)/;

/** 404 for what is not served; a namespace where none belongs is a path that does not exist. */
function resolve(core: Core, { info }: Request): Target {
  const served = core.registry.catalog.find(info.group, info.version, info.resource);
  if (!served) throw core.registry.catalog.hasGroup(info.group) ? pathNotFound() : pageNotFound();
  const { definition } = served;
  const namespaced = definition.scope === 'Namespaced';
  const isNamespaceItself = definition.group === '' && definition.resource === 'namespaces';
  if (!namespaced && info.namespace !== '' && !isNamespaceItself) throw pathNotFound();
  // Whoever may do something in one namespace must not reach another one through it.
  if (isNamespaceItself && namespaceInNamespace.test(info.path)) throw pathNotFound();
  if (namespaced && info.namespace === '' && info.name !== '') throw pathNotFound();
  if (info.subresource !== '' && !Object.hasOwn(definition.subresources, info.subresource))
    throw pathNotFound();
  // Only a proxy has paths below it.
  if (info.rest !== '' && info.subresource !== 'proxy') throw pathNotFound();
  return {
    ...served,
    namespace: namespaced ? info.namespace : '',
    name: info.name,
    subresource: info.subresource,
  };
}

/** What can be asked of a namespaced resource in all namespaces at once. */
const acrossNamespaces: ReadonlySet<string> = new Set(['list', 'watch']);
/** What is asked of one object, and what of a collection; a watch can be of either. */
const ofObjects: ReadonlySet<string> = new Set(['get', 'update', 'patch', 'delete']);
const ofCollections: ReadonlySet<string> = new Set(['list', 'create', 'deletecollection']);

function verbFor({ definition, namespace, name, subresource }: Target, verb: string): Verb | undefined {
  if (subresource !== '') return subresourceVerb(definition.subresources[subresource]!, verb);
  // What is only answered, and never kept, has no objects to name.
  if (name !== '' && !definition.verbs.some((one) => ofObjects.has(one))) throw pathNotFound();
  // What can only be created has a path in each namespace, and none above them.
  if (namespace === '' && definition.scope === 'Namespaced' && !definition.verbs.includes('list'))
    throw pathNotFound();
  if (!(definition.verbs as readonly string[]).includes(verb)) {
    if (verb === 'watch' && definition.verbs.includes('list')) throw verbNotSupported(verb, definition);
    return undefined;
  }
  if (namespace === '' && definition.scope === 'Namespaced' && !acrossNamespaces.has(verb)) {
    throw methodNotAllowed();
  }
  if ((name === '' ? ofObjects : ofCollections).has(verb)) throw methodNotAllowed();
  return (definition.storage === 'virtual' ? virtual : stored)[verb];
}

function subresourceVerb(subresource: Subresource, verb: string): Verb | undefined {
  if (!(subresource.verbs as readonly string[]).includes(verb)) return undefined;
  switch (subresource.kind) {
    case 'object':
      return objectSubresource[verb];
    case 'scale':
      return scale[verb];
    case 'action':
      return runAction;
    case 'connect':
      return connect;
  }
}
