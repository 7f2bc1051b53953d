import type { ResourceDefinition, ServedVersion } from '../definition.ts';
import { withArticle } from './names.ts';
import { deleteOptionsType, objectOperation, statusType, watchEventType } from './object-operation.ts';
import { mediaTypes, type Operation, type PathItem } from './operation.ts';
import { operationParameters, type Parameter, pathLevel } from './parameters.ts';
import { subresourcePaths } from './subresource-paths.ts';
import { type Target, targetOf } from './target.ts';

/** All paths of one resource in one version. */
export function resourcePaths(definition: ResourceDefinition, version: ServedVersion): PathItem[] {
  const target = targetOf(definition, version);
  const paths: PathItem[] = [
    {
      path: target.collection,
      parameters: target.collectionParameters,
      operations: collectionOperations(target),
    },
    { path: target.item, parameters: target.itemParameters, operations: itemOperations(target) },
    ...acrossNamespaces(target),
    ...watchPaths(target),
    ...subresourcePaths(target),
  ];
  return paths.filter(({ operations }) => operations.length > 0);
}

function itemOperations(target: Target): Operation[] {
  const { kind } = target.definition;
  const texts = {
    get: `read the specified ${kind}`,
    update: `replace the specified ${kind}`,
    patch: `partially update the specified ${kind}`,
    delete: `delete ${withArticle(kind)}`,
  };
  return (['get', 'update', 'patch', 'delete'] as const)
    .filter((verb) => target.definition.verbs.includes(verb))
    .map((verb) => objectOperation(target, verb, kind, target.type, target.gvk, texts[verb]));
}

const listOperation = (target: Target, id: string): Operation => ({
  method: 'get',
  id,
  tag: target.tag,
  description: `list or watch objects of kind ${target.definition.kind}`,
  action: 'list',
  gvk: target.gvk,
  parameters: operationParameters.list,
  consumes: mediaTypes.anyBody,
  produces: mediaTypes.streams,
  answer: target.listType,
  codes: [200],
});

function collectionOperations(target: Target): Operation[] {
  const { kind, verbs: served } = target.definition;
  const operations: Operation[] = [];
  if (served.includes('list'))
    operations.push(listOperation(target, `list${target.id}${target.scopeId}${kind}`));
  if (served.includes('create')) {
    const text = `create ${withArticle(kind)}`;
    operations.push(objectOperation(target, 'create', kind, target.type, target.gvk, text));
  }
  if (served.includes('deletecollection')) {
    operations.push({
      method: 'delete',
      id: `delete${target.id}Collection${target.scopeId}${kind}`,
      tag: target.tag,
      description: `delete collection of ${kind}`,
      action: 'deletecollection',
      gvk: target.gvk,
      parameters: operationParameters.deletecollection,
      body: deleteOptionsType,
      consumes: mediaTypes.anyBody,
      produces: mediaTypes.answers,
      answer: statusType,
      codes: [200],
    });
  }
  return operations;
}

function acrossNamespaces(target: Target): PathItem[] {
  const { kind, resource, verbs: served } = target.definition;
  if (target.scopeId === '' || !served.includes('list')) return [];
  return [
    {
      path: `${target.root}/${resource}`,
      parameters: [pathLevel.pretty],
      operations: [listOperation(target, `list${target.id}${kind}ForAllNamespaces`)],
    },
  ];
}

/** The deprecated paths below `/watch/`. */
function watchPaths(target: Target): PathItem[] {
  const { kind, resource, verbs: served } = target.definition;
  if (!served.includes('watch')) return [];
  const below = (path: string) => `${target.root}/watch${path.slice(target.root.length)}`;
  const watching = (
    path: string,
    parameters: readonly Parameter[],
    action: 'watch' | 'watchlist',
    id: string,
  ) => ({
    path: below(path),
    parameters: [...parameters, ...pathLevel.watch],
    operations: [watchOperation(target, action, id)],
  });
  const list = `watch${target.id}${target.scopeId}${kind}List`;
  return [
    watching(target.collection, target.collectionParameters, 'watchlist', list),
    ...(served.includes('get')
      ? [watching(target.item, target.itemParameters, 'watch', `watch${target.id}${target.scopeId}${kind}`)]
      : []),
    ...(target.scopeId === ''
      ? []
      : [
          watching(
            `${target.root}/${resource}`,
            [pathLevel.pretty],
            'watchlist',
            `watch${target.id}${kind}ListForAllNamespaces`,
          ),
        ]),
  ];
}

function watchOperation(target: Target, action: 'watch' | 'watchlist', id: string): Operation {
  const { kind } = target.definition;
  const what =
    action === 'watch'
      ? `changes to an object of kind ${kind}. deprecated: use the 'watch' parameter with a list operation instead, filtered to a single item with the 'fieldSelector' parameter.`
      : `individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list operation instead.`;
  return {
    method: 'get',
    id,
    tag: target.tag,
    description: `watch ${what}`,
    action,
    gvk: target.gvk,
    parameters: [],
    consumes: mediaTypes.anyBody,
    produces: mediaTypes.streams,
    answer: watchEventType,
    codes: [200],
  };
}
