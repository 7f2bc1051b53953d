import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import type { ActionSubresource, ConnectSubresource, Subresource } from '../definition.ts';
import { subresourceId, withArticle } from './names.ts';
import { type ObjectVerb, objectOperation } from './object-operation.ts';
import { type Method, mediaTypes, type Operation, type PathItem } from './operation.ts';
import { connectParameters, logParameters, type Parameter, pathLevel } from './parameters.ts';
import type { Target } from './target.ts';

const scale = {
  type: 'io.k8s.api.autoscaling.v1.Scale',
  gvk: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
} as const;

/** The paths of all subresources of one resource. */
export function subresourcePaths(target: Target): PathItem[] {
  return Object.entries(target.definition.subresources).flatMap(([name, subresource]) =>
    pathsOf(target, name, subresource),
  );
}

function pathsOf(target: Target, name: string, subresource: Subresource): PathItem[] {
  switch (subresource.kind) {
    case 'object':
      return objectPath(target, name, subresource.verbs, target.type, target.gvk);
    case 'scale':
      return objectPath(target, name, subresource.verbs, scale.type, scale.gvk);
    case 'action':
      return actionPath(target, name, subresource);
    case 'connect':
      return connectPaths(target, name, subresource);
  }
}

const verbTexts = { get: 'read', update: 'replace', patch: 'partially update' } as const;

function objectPath(
  target: Target,
  name: string,
  verbs: readonly (ObjectVerb & keyof typeof verbTexts)[],
  type: string,
  gvk: GroupVersionKind,
): PathItem[] {
  const { kind } = target.definition;
  const suffix = `${kind}${subresourceId(name)}`;
  const operations = verbs.map((verb) =>
    objectOperation(target, verb, suffix, type, gvk, `${verbTexts[verb]} ${name} of the specified ${kind}`),
  );
  return [{ path: `${target.item}/${name}`, parameters: itemParameters(target, gvk.kind), operations }];
}

function actionPath(target: Target, name: string, action: ActionSubresource): PathItem[] {
  const { kind } = target.definition;
  const gvk = { group: action.group, version: action.version, kind: action.bodyKind };
  const text = `create ${name} of ${withArticle(kind)}`;
  const suffix = `${kind}${subresourceId(name)}`;
  const operations = [objectOperation(target, 'create', suffix, action.schema, gvk, text)];
  return [
    { path: `${target.item}/${name}`, parameters: itemParameters(target, action.bodyKind), operations },
  ];
}

const itemParameters = (target: Target, kind: string): Parameter[] => [
  pathLevel.name(kind),
  ...target.collectionParameters,
];

const connectMethods = {
  create: 'post',
  delete: 'delete',
  get: 'get',
  patch: 'patch',
  update: 'put',
} as const;

function connectPaths(target: Target, name: string, { verbs, optionsKind }: ConnectSubresource): PathItem[] {
  const path = `${target.item}/${name}`;
  const gvk = { group: '', version: 'v1', kind: optionsKind };
  // `log` is read like a part of the object; its options have no kind in discovery.
  if (optionsKind === target.definition.kind) return [logPath(target, name)];
  const methods: Method[] = verbs.map((verb) => connectMethods[verb]);
  const proxies = verbs.includes('delete');
  if (proxies) methods.push('head', 'options');
  const parameters = [pathLevel.name(optionsKind), ...target.itemParameters.slice(1)];
  const own = connectParameters[optionsKind] ?? [];
  const operations = (suffix: string) =>
    methods.map((method) => connectOperation(target, name, method, gvk, suffix));
  return [
    {
      path,
      parameters: [...parameters.filter(({ name }) => name !== 'pretty'), ...own],
      operations: operations(''),
    },
    ...(proxies
      ? [
          {
            path: `${path}/{path}`,
            parameters: [...parameters.filter(({ name }) => name !== 'pretty'), pathLevel.rest, ...own],
            operations: operations('WithPath'),
          },
        ]
      : []),
  ];
}

function connectOperation(
  target: Target,
  name: string,
  method: Method,
  gvk: GroupVersionKind,
  suffix: string,
): Operation {
  const { kind } = target.definition;
  const verb = method.charAt(0).toUpperCase() + method.slice(1);
  return {
    method,
    id: `connect${target.id}${verb}${target.scopeId}${kind}${subresourceId(name)}${suffix}`,
    tag: target.tag,
    description: `connect ${method.toUpperCase()} requests to ${name} of ${kind}`,
    action: 'connect',
    gvk,
    parameters: [],
    consumes: mediaTypes.anyBody,
    produces: mediaTypes.anything,
    codes: [200],
  };
}

function logPath(target: Target, name: string): PathItem {
  const { kind } = target.definition;
  return {
    path: `${target.item}/${name}`,
    parameters: [...target.itemParameters, ...logParameters],
    operations: [
      {
        method: 'get',
        id: `read${target.id}${target.scopeId}${kind}${subresourceId(name)}`,
        tag: target.tag,
        description: `read ${name} of the specified ${kind}`,
        action: 'get',
        gvk: target.gvk,
        parameters: [],
        consumes: mediaTypes.anyBody,
        produces: mediaTypes.text,
        codes: [200],
      },
    ],
  };
}
