import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectCode, expectFailure, pod } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const as = (kind: string) => ({ accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });
const pods = '/api/v1/namespaces/default/pods';

let use: Bench;
before(async () => {
  use = await bench();
  expectCode(await use.api.post(pods, pod('web')), 201);
});
after(() => use.cluster.close());

describe('a Table', () => {
  const without: readonly (readonly [string, string])[] = [
    ['GET', `${pods}/web/resize`],
    ['GET', `${pods}/web/ephemeralcontainers`],
    ['POST', `${pods}/web/eviction`],
    ['POST', `${pods}/web/binding`],
    ['PUT', '/api/v1/namespaces/default/finalize'],
    ['GET', '/apis/certificates.k8s.io/v1/certificatesigningrequests/any/approval'],
    ['GET', '/apis/apiregistration.k8s.io/v1/apiservices/v1./status'],
    ['GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/any/status'],
    ['GET', '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims/any/status'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews'],
  ];
  for (const [method, path] of without) {
    it(`of ${method} ${path} there is none`, async () => {
      const body = method === 'GET' ? undefined : {};
      const answer = await use.api.request(method, path, { headers: as('Table'), body });
      expectFailure(answer, 406, 'NotAcceptable');
    });
  }

  it('of a status there is, in most kinds', async () => {
    const table = expectCode(await use.api.get(`${pods}/web/status`, as('Table')), 200);
    assert.equal(table.rows[0].cells[0], 'web');
  });

  it('of a review the metadata can be had', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const partial = expectCode(await use.api.post(path, {}, as('PartialObjectMetadata')), 201);
    assert.deepEqual(Object.keys(partial), ['kind', 'apiVersion', 'metadata']);
  });
});

describe('component statuses', () => {
  const path = '/api/v1/componentstatuses';
  const names = async (query: string) =>
    expectCode(await use.api.get(`${path}${query}`), 200).items.map(
      ({ metadata }: { metadata: { name: string } }) => metadata.name,
    );

  it('are selected by labels, which they have none of, and by name', async () => {
    assert.deepEqual(await names(''), ['etcd-0']);
    assert.deepEqual(await names('?labelSelector=a%3Db'), []);
    assert.deepEqual(await names('?labelSelector=%21a'), ['etcd-0']);
    assert.deepEqual(await names('?fieldSelector=metadata.name%3Detcd-0'), ['etcd-0']);
    assert.deepEqual(await names('?fieldSelector=metadata.name%3Dother'), []);
    const status = expectFailure(await use.api.get(`${path}?fieldSelector=a%3Db`), 400, 'BadRequest');
    assert.match(status.message ?? '', /^"a" is not a known field selector: only/);
  });

  it('come as a list, a table, or metadata', async () => {
    assert.deepEqual(expectCode(await use.api.get(path), 200), {
      kind: 'ComponentStatusList',
      apiVersion: 'v1',
      metadata: {},
      items: [
        {
          metadata: { name: 'etcd-0' },
          conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
        },
      ],
    });
    const row = ['etcd-0', 'Healthy', 'ok', ''];
    const list = expectCode(await use.api.get(path, as('Table')), 200);
    assert.deepEqual(list.rows[0].cells, row);
    assert.deepEqual(expectCode(await use.api.get(`${path}/etcd-0`, as('Table')), 200).rows[0].cells, row);
    const partial = expectCode(await use.api.get(path, as('PartialObjectMetadataList')), 200);
    assert.deepEqual(partial.items[0].metadata, { name: 'etcd-0' });
  });

  it('are not watched, and missed in the singular', async () => {
    const watch = expectFailure(await use.api.get(`${path}?watch=1`), 405, 'MethodNotAllowed');
    assert.equal(watch.message, 'watch is not supported on resources of kind "componentstatuses"');
    const missing = expectFailure(await use.api.get(`${path}/none`), 404, 'NotFound');
    assert.equal(missing.message, 'componentstatus "none" not found');
  });
});

it('metadata alone is without the template generation of a DaemonSet', async () => {
  const path = '/apis/apps/v1/namespaces/default/daemonsets';
  const matchLabels = { app: 'ds' };
  const template = { metadata: { labels: matchLabels }, spec: pod('any').spec };
  const sent = { metadata: { name: 'ds' }, spec: { selector: { matchLabels }, template } };
  const annotation = 'deprecated.daemonset.template.generation';
  const { metadata } = expectCode(await use.api.post(path, sent), 201);
  assert.deepEqual(metadata.annotations, { [annotation]: '1' });
  const partial = expectCode(await use.api.get(`${path}/ds`, as('PartialObjectMetadata')), 200);
  assert.equal(partial.metadata.annotations, undefined);
  const annotated = { metadata: { annotations: { mine: 'x' } } };
  expectCode(await use.api.patch(`${path}/ds`, 'merge', annotated), 200);
  const list = expectCode(await use.api.get(path, as('PartialObjectMetadataList')), 200);
  assert.deepEqual(list.items[0].metadata.annotations, { mine: 'x' });
});
