import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseTime, virtualClock } from '../../src/apimachinery/clock.ts';
import { cloneJson } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { applyMergePatch } from '../../src/patch/merge-patch.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { kinds } from './kinds/all.ts';
import { allFacts, type Facts } from './kinds/facts.ts';
import { type KindCase, now } from './kinds/kind-case.ts';

/*
 * One object of every kind, from the first POST to its DELETE: what the server fills in, counts, keeps, refuses, prints
 * and answers. Steps of a kind build on each other.
 */

let cluster: Cluster;
let api: Api;

before(async () => {
  cluster = await createCluster({
    clock: virtualClock(parseTime(now)),
    random: seededRandom(1),
    runtimeConfig: { 'api/all': true },
  });
  api = apiOver(cluster.fetch);
});
after(() => cluster.close());

const factsOf = ({ of }: KindCase): Facts => {
  const found = allFacts.find(({ apiVersion, resource }) => `${apiVersion}/${resource}` === of);
  assert.ok(found, of);
  return found;
};

const nameOf = ({ name = 'sample' }: KindCase) => name;

function collectionOf({ apiVersion, resource, namespaced }: Facts): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  return `${root}/${apiVersion}${namespaced ? '/namespaces/default' : ''}/${resource}`;
}

const manifestOf = (kind: KindCase): Loose => {
  const { apiVersion, kind: name } = factsOf(kind);
  return cloneJson({
    apiVersion,
    kind: name,
    metadata: { name: nameOf(kind), ...kind.metadata },
    ...kind.manifest,
  });
};

const patched = (object: Loose, patch: Loose): Loose => applyMergePatch(cloneJson(object), patch);

for (const kind of kinds) describe(kind.of, () => lifeOf(kind));

function lifeOf(kind: KindCase): void {
  const facts = factsOf(kind);
  const collection = collectionOf(facts);
  const name = nameOf(kind);
  const path = `${collection}/${name}`;
  const hasStatus = facts.subresources.some((subresource) => subresource.name === 'status');
  const [generation, changedGeneration] = kind.generation ?? [undefined, undefined];
  const read = async () => expectCode(await api.get(path), 200);

  it('is refused when it makes no sense', async () => {
    const spoilt = patched(manifestOf(kind), kind.spoil);
    const { message } = expectFailure(await api.post(collection, spoilt), 422, 'Invalid');
    // Events have one kind inside, whichever group they are sent to.
    const group =
      facts.kind === 'Event' || !facts.apiVersion.includes('/') ? '' : facts.apiVersion.split('/')[0];
    const start = `${facts.kind}${group && `.${group}`} ${JSON.stringify(spoilt.metadata.name)} is invalid: `;
    assert.equal(message?.slice(0, start.length), start);
    assert.equal(message?.slice(start.length), kind.refusal);
  });

  it('is created with what the server adds', async () => {
    const manifest = manifestOf(kind);
    const created = expectCode(await api.post(collection, manifest), 201);
    if (kind.settles === undefined) assert.deepEqual(await read(), created);
    else {
      let { status, spec } = await read();
      while (status.conditions === undefined) ({ status, spec } = await read());
      assertSubset(status, kind.settles);
      assert.deepEqual(spec, created.spec);
    }
    assertSubset(created, kind.shows ?? {});
    assert.equal(created.metadata.generation, generation);
    assert.equal(created.metadata.creationTimestamp, now);
    assert.equal(created.metadata.namespace, facts.namespaced ? 'default' : undefined);
  });

  it('is shown as a table', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = expectCode(await api.get(path, { accept }), 200);
    const columns = table.columnDefinitions.map(
      (column: Loose) =>
        column.name +
        (column.format === 'name' ? '#' : '') +
        (column.type === 'string' ? '' : `:${column.type}`) +
        (column.priority === 1 ? '*' : ''),
    );
    assert.equal(columns.join('|'), kind.columns);
    const cells = kind.cells.map((cell, i) => {
      if (!(cell instanceof RegExp)) return cell;
      const found = String(table.rows[0].cells[i]);
      assert.match(found, cell);
      return found;
    });
    assert.deepEqual(table.rows[0].cells, cells);
    for (const { description } of table.columnDefinitions) assert.ok(description);
  });

  it('is selected by its fields', async () => {
    for (const field of facts.fields) {
      expectCode(await api.get(`${collection}?fieldSelector=${field}%3Dnothing`), 200);
    }
    const { items } = expectCode(await api.get(`${collection}?fieldSelector=metadata.name%3D${name}`), 200);
    assert.deepEqual(
      items.map((item: Loose) => item.metadata.name),
      [name],
    );
    expectFailure(await api.get(`${collection}?fieldSelector=spec.nonsense%3Dx`), 400, 'BadRequest');
    if (facts.fields.length > 0 && !facts.namespaced) {
      expectFailure(await api.get(`${collection}?fieldSelector=metadata.namespace%3Dx`), 400, 'BadRequest');
    }
  });

  it('changes where it may, and the change is counted', async () => {
    const before = await read();
    const spoiltStatus = hasStatus ? { status: kind.status } : {};
    const changed = expectCode(await api.put(path, patched(patched(before, kind.change), spoiltStatus)), 200);
    assert.deepEqual(await read(), changed);
    assertSubset(changed, kind.change);
    assert.equal(changed.metadata.generation, changedGeneration);
    if (hasStatus) assert.deepEqual(changed.status, before.status);
  });

  if (hasStatus) {
    it('has a status that only its subresource writes', async () => {
      assert.ok(kind.status, 'the table gives a status');
      const before = await read();
      const patch = { ...kind.change, status: kind.status, metadata: { ...kind.change.metadata } };
      const written = expectCode(await api.patch(`${path}/status`, 'merge', patch), 200);
      assertSubset(written.status, kind.status);
      assert.deepEqual({ ...written, metadata: {}, status: {} }, { ...before, metadata: {}, status: {} });
      assert.equal(written.metadata.generation, changedGeneration);
      const undone = patched(await read(), { spec: null, status: kind.status });
      const again = expectCode(await api.put(`${path}/status`, undone), 200);
      assert.deepEqual(again.spec, before.spec);
    });
  }

  it('takes a label by strategic merge', async () => {
    const before = await read();
    const patch = { metadata: { labels: { tier: 'test' } } };
    const labelled = expectCode(await api.patch(path, 'strategic', patch), 200);
    assert.equal(labelled.metadata.labels.tier, 'test');
    assert.deepEqual({ ...labelled, metadata: {} }, { ...before, metadata: {} });
    const counted = kind.labelCounts ? Number(changedGeneration) + 1 : changedGeneration;
    assert.equal(labelled.metadata.generation, counted);
  });

  it('is put in place with or without a version', async () => {
    const blind = patched(await read(), { metadata: { resourceVersion: null } });
    const answer = await api.put(path, blind);
    if (!facts.updateNeedsVersion) return void expectCode(answer, 200);
    const { message } = expectFailure(answer, 422, 'Invalid');
    assert.match(
      message ?? '',
      / is invalid: metadata\.resourceVersion: Invalid value: 0: must be specified for an update$/,
    );
  });

  it('goes', async () => {
    const answer = expectCode(await api.delete(path), 200);
    if (facts.orphans) {
      assert.deepEqual((await read()).metadata.finalizers, ['orphan']);
      expectCode(await api.patch(path, 'merge', { metadata: { finalizers: null } }), 200);
      return;
    }
    if (facts.deleteReturnsObject) {
      assert.equal(answer.kind, facts.kind);
      assert.equal(answer.metadata.name, name);
    } else {
      assert.equal(answer.kind, 'Status');
      assert.equal(answer.status, 'Success');
      assert.equal(answer.details.name, name);
      assert.equal(answer.details.kind, facts.resource);
    }
    if (facts.resource === 'namespaces') return;
    expectFailure(await api.get(path), 404, 'NotFound');
  });

  it('comes back by PUT or not', async () => {
    if (facts.resource === 'namespaces') return;
    const answer = await api.put(path, manifestOf(kind));
    if (!facts.createOnUpdate) return void expectFailure(answer, 404, 'NotFound');
    expectCode(answer, 201);
    expectCode(await api.delete(path), 200);
  });
}
