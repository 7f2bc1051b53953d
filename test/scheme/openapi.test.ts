import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish } from '../../src/apimachinery/steps.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { openApiV2Document } from '../../src/scheme/openapi/document-v2.ts';
import { openApiV3Document } from '../../src/scheme/openapi/document-v3.ts';
import { documentScopes, openApiV3Index } from '../../src/scheme/openapi/documents.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';

const schemas = loadSchemas();
const definitions = createCatalog(builtinResources).definitions();
// biome-ignore lint/suspicious/noExplicitAny: documents are looked into by path
type Loose = any;
const v3 = (path: string): Loose => finish(openApiV3Document(definitions, path, schemas, 'v1.36.3'));
const v2: Loose = finish(openApiV2Document(definitions, schemas, 'v1.36.3'));
const podPath = '/api/v1/namespaces/{namespace}/pods/{name}';
const names = (parameters: Loose[]) => parameters.map(({ name }) => name);

const refsIn = (document: unknown, prefix: string): Set<string> =>
  new Set(
    [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!.replace(prefix, '')),
  );

const operationIds = (document: Loose): string[] =>
  Object.values<Loose>(document.paths).flatMap((item) =>
    Object.values<Loose>(item).flatMap((operation) => operation.operationId ?? []),
  );

test('the index lists a document for every group and group version', () => {
  const { paths } = openApiV3Index(definitions, (path) => `hash-of-${path.length}`);
  for (const path of ['api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'version']) {
    assert.equal(paths[path]?.serverRelativeURL, `/openapi/v3/${path}?hash=hash-of-${path.length}`);
  }
  assert.equal(v3('apis/nope/v1'), undefined);
  assert.equal(v3('constructor'), undefined);
});

test('in every document all references resolve and operation ids are unique', () => {
  for (const { path } of documentScopes(definitions)) {
    const document = v3(path);
    for (const ref of refsIn(document, '#/components/schemas/')) {
      assert.ok(Object.hasOwn(document.components.schemas, ref), `${path}: ${ref}`);
    }
    const ids = operationIds(document);
    assert.equal(new Set(ids).size, ids.length, path);
  }
  for (const ref of refsIn(v2, '#/definitions/')) {
    const [, parameter] = ref.split('#/parameters/');
    assert.ok(Object.hasOwn(parameter ? v2.parameters : v2.definitions, parameter ?? ref), ref);
  }
  const ids = operationIds(v2);
  assert.equal(new Set(ids).size, ids.length);
});

test('elements of lists and maps have defaults in v3, and none in v2', () => {
  const { schemas: types } = v3('api/v1').components;
  const { args, ports, resources } = types['io.k8s.api.core.v1.Container'].properties;
  assert.deepEqual(args.items, { type: 'string', default: '' });
  const port = '#/components/schemas/io.k8s.api.core.v1.ContainerPort';
  assert.deepEqual(ports.items, { allOf: [{ $ref: port }], default: {} });
  assert.deepEqual(resources.default, {});
  const { requests } = types['io.k8s.api.core.v1.ResourceRequirements'].properties;
  const quantity = '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity';
  assert.deepEqual(requests.additionalProperties, { $ref: quantity });
  const { supplementalGroups } = types['io.k8s.api.core.v1.PodSecurityContext'].properties;
  assert.deepEqual(supplementalGroups.items, { type: 'integer', format: 'int64', default: 0 });
  const container = v2.definitions['io.k8s.api.core.v1.Container'].properties;
  assert.deepEqual(container.args.items, { type: 'string' });
});

test('each served resource can be found by its kind, with its verbs', () => {
  for (const { group, resource, scope, verbs, versions } of definitions) {
    for (const { version } of versions) {
      const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      const collection = `${root}${scope === 'Namespaced' ? '/namespaces/{namespace}' : ''}/${resource}`;
      const { paths } = v3(root.slice(1));
      assert.equal(
        paths[collection]?.get?.['x-kubernetes-action'] === 'list',
        verbs.includes('list'),
        collection,
      );
      assert.equal(paths[collection]?.post !== undefined, verbs.includes('create'), collection);
      assert.equal(paths[`${collection}/{name}`]?.patch !== undefined, verbs.includes('patch'), collection);
      assert.ok(v2.paths[collection], collection);
    }
  }
});

test('operations of a pod', () => {
  const { paths } = v3('api/v1');
  const gvk = { group: '', kind: 'Pod', version: 'v1' };
  const { get, put, patch, delete: remove, parameters } = paths[podPath];
  assert.equal(get.operationId, 'readCoreV1NamespacedPod');
  assert.deepEqual(get['x-kubernetes-group-version-kind'], gvk);
  assert.deepEqual(names(parameters), ['name', 'namespace', 'pretty']);
  // kubectl looks for this parameter of PATCH to decide whether the server validates fields.
  for (const operation of [put, patch, paths['/api/v1/namespaces/{namespace}/pods'].post]) {
    assert.ok(names(operation.parameters).includes('fieldValidation'), operation.operationId);
  }
  assert.ok(patch.requestBody.content['application/strategic-merge-patch+json']);
  assert.equal(remove['x-kubernetes-action'], 'delete');
  assert.equal(paths['/api/v1/pods'].get.operationId, 'listCoreV1PodForAllNamespaces');
  assert.equal(paths['/api/v1/watch/pods'].get['x-kubernetes-action'], 'watchlist');
  assert.deepEqual(Object.keys(paths[`${podPath}/status`]).sort(), ['get', 'parameters', 'patch', 'put']);
  assert.equal(paths[`${podPath}/exec`].get['x-kubernetes-action'], 'connect');
  assert.equal(paths[`${podPath}/exec`].get['x-kubernetes-group-version-kind'].kind, 'PodExecOptions');
  assert.equal(paths[`${podPath}/log`].get.operationId, 'readCoreV1NamespacedPodLog');
  assert.equal(paths[`${podPath}/eviction`].post['x-kubernetes-group-version-kind'].group, 'policy');
  assert.equal(
    v3('apis/apps/v1').paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale'].get[
      'x-kubernetes-group-version-kind'
    ].kind,
    'Scale',
  );
});

test('v3 types carry defaults, enums, merge keys and kinds', () => {
  const types = v3('api/v1').components.schemas;
  const { containers, restartPolicy, tolerations } = types['io.k8s.api.core.v1.PodSpec'].properties;
  assert.deepEqual(
    [
      containers['x-kubernetes-list-type'],
      containers['x-kubernetes-list-map-keys'],
      containers['x-kubernetes-patch-merge-key'],
      containers['x-kubernetes-patch-strategy'],
    ],
    ['map', ['name'], 'name', 'merge'],
  );
  assert.equal(tolerations['x-kubernetes-list-type'], 'atomic');
  assert.deepEqual(restartPolicy.enum, ['Always', 'Never', 'OnFailure']);
  assert.match(restartPolicy.description, /\n\nPossible enum values:\n - `"Always"`/);
  const { metadata } = types['io.k8s.api.core.v1.Pod'].properties;
  assert.deepEqual(metadata.default, {});
  assert.deepEqual(metadata.allOf, [
    { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  ]);
  assert.deepEqual(types['io.k8s.api.core.v1.PodSpec'].required, ['containers']);
  assert.equal(types['io.k8s.api.core.v1.ConfigMapKeySelector']['x-kubernetes-map-type'], 'atomic');
  assert.deepEqual(types['io.k8s.apimachinery.pkg.api.resource.Quantity'].oneOf, [
    { type: 'string' },
    { type: 'number' },
  ]);
  assert.equal(types['io.k8s.api.core.v1.SeccompProfile']['x-kubernetes-unions'].length, 1);
});

test('DeleteOptions belongs to the core group and that of a v3 document, and to all of them in v2', () => {
  const name = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
  const kinds = 'x-kubernetes-group-version-kind';
  const core = { group: '', kind: 'DeleteOptions', version: 'v1' };
  assert.deepEqual(v3('api/v1').components.schemas[name][kinds], [core]);
  assert.deepEqual(v3('apis/apps/v1').components.schemas[name][kinds], [
    core,
    { group: 'apps', kind: 'DeleteOptions', version: 'v1' },
  ]);
  assert.equal(v2.definitions[name][kinds].length, 60);
});

test('v2 types have neither defaults nor oneOf', () => {
  assert.deepEqual(
    v2.definitions['io.k8s.api.core.v1.Pod'].properties.spec.$ref,
    '#/definitions/io.k8s.api.core.v1.PodSpec',
  );
  assert.equal(v2.definitions['io.k8s.api.core.v1.Pod'].properties.spec.default, undefined);
  assert.equal(v2.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].type, 'string');
  assert.ok(
    v2.paths[podPath].patch.parameters.some(({ $ref }: Loose) => $ref === '#/parameters/fieldValidation'),
  );
});

test('parameters of all operations of a path stand at the path, those of options that have no effect are named', () => {
  const { paths } = v3('api/v1');
  const reviews = v3('apis/authorization.k8s.io/v1').paths[
    '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  ];
  assert.deepEqual(names(reviews.parameters).sort(), ['dryRun', 'fieldManager', 'fieldValidation', 'pretty']);
  assert.equal(reviews.post.parameters, undefined);
  assert.ok(names(paths['/api/v1/pods'].parameters).includes('shardSelector'));
  assert.ok(
    names(paths[podPath].delete.parameters).includes('ignoreStoreReadErrorWithClusterBreakingPotential'),
  );
});

test('what is described beside resources', () => {
  assert.equal(v3('api/v1').security, undefined);
  assert.deepEqual(v2.security, [{ BearerToken: [] }]);
  const { get } = v3('openid/v1/jwks').paths['/openid/v1/jwks/'];
  assert.deepEqual(get.responses['200'].content, {
    'application/jwk-set+json': { schema: { type: 'string' } },
  });
  const { delete: remove } = v3('api/v1').paths['/api/v1/namespaces/{name}'];
  assert.match(remove.responses['200'].content['application/json'].schema.$ref, /\.Status$/);
});
