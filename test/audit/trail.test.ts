import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import type { PolicyRule } from '../../src/audit/policy.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

/** A cluster that records by these rules, and what it has recorded. */
async function recording(...rules: PolicyRule[]) {
  const events: Loose[] = [];
  const cluster = await createCluster({
    clock: virtualClock(),
    random: seededRandom(1),
    audit: { policy: { rules }, onEvent: (json) => events.push(JSON.parse(json)) },
  });
  return { api: apiOver(cluster.fetch), events, cluster, [Symbol.asyncDispose]: () => cluster.close() };
}

const stagesOf = (events: readonly Loose[]) => events.map(({ stage }) => stage);

describe('an audit event', () => {
  it('tells who did what to which object, when, and what came of it', async () => {
    await using use = await recording({ level: 'Metadata' });
    const answer = await use.api.post(
      `${configMaps}?fieldManager=test`,
      { metadata: { name: 'a' } },
      { 'user-agent': 'tester/1', 'x-forwarded-for': '192.0.2.7, 192.0.2.8', 'audit-id': 'my-id' },
    );
    expectCode(answer, 201);
    assert.equal(answer.headers.get('audit-id'), 'my-id');
    assert.deepEqual(stagesOf(use.events), ['RequestReceived', 'ResponseComplete']);
    assert.deepEqual(use.events[0], {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'my-id',
      stage: 'RequestReceived',
      requestURI: `${configMaps}?fieldManager=test`,
      verb: 'create',
      user: { username: 'binnacle-admin', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['192.0.2.7', '192.0.2.8'],
      userAgent: 'tester/1',
      objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' },
      requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
      stageTimestamp: '2026-01-01T00:00:00.000000Z',
    });
    assertSubset(use.events[1], {
      stage: 'ResponseComplete',
      responseStatus: { metadata: {}, code: 201 },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
    assert.equal('requestObject' in use.events[1], false);
  });

  it('has an id of its own, which the answer tells, when the sender gives none or too long a one', async () => {
    await using use = await recording({ level: 'Metadata' });
    const ids = new Set<string | null>();
    for (const given of [undefined, 'x'.repeat(65)]) {
      const answer = await use.api.get('/version', given === undefined ? {} : { 'audit-id': given });
      ids.add(answer.headers.get('audit-id'));
    }
    assert.equal(ids.size, 2);
    assert.deepEqual([...new Set(use.events.map(({ auditID }) => auditID))], [...ids]);
    for (const id of ids) assert.match(id!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('has the object that was sent at level Request, and the one that was answered at RequestResponse', async () => {
    await using use = await recording({ level: 'Request', verbs: ['create'] }, { level: 'RequestResponse' });
    await use.api.post(configMaps, { metadata: { name: 'a' }, data: { sky: 'blue' } });
    assertSubset(use.events.at(-1), {
      requestObject: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { sky: 'blue' } },
      objectRef: { name: 'a' },
    });
    assert.equal('responseObject' in use.events.at(-1), false);

    await use.api.patch(`${configMaps}/a`, 'merge', { data: { sky: 'grey' } });
    const patched = use.events.at(-1);
    assert.deepEqual(patched.requestObject, { data: { sky: 'grey' } });
    assertSubset(patched.responseObject, { kind: 'ConfigMap', data: { sky: 'grey' } });

    await use.api.get(configMaps);
    assert.equal(use.events.at(-1).responseObject.kind, 'ConfigMapList');
    await use.api.get(`${configMaps}/a`, { accept: 'application/yaml' });
    assertSubset(use.events.at(-1).responseObject, { kind: 'ConfigMap', data: { sky: 'grey' } });

    await use.api.delete(`${configMaps}/a`, { kind: 'DeleteOptions', apiVersion: 'v1' });
    assertSubset(use.events.at(-1), {
      requestObject: { kind: 'DeleteOptions' },
      responseStatus: { status: 'Success', code: 200, details: { name: 'a', kind: 'configmaps' } },
    });
  });

  it('has the Status of an answer that is printed for people', async () => {
    await using use = await recording({ level: 'Metadata' });
    await use.api.post(configMaps, { metadata: { name: 'a' } });
    await use.api.delete(`${configMaps}/a?pretty=true`);
    assertSubset(use.events.at(-1).responseStatus, { status: 'Success', code: 200, details: { name: 'a' } });
  });

  it('has the Status of an error', async () => {
    await using use = await recording({ level: 'Metadata' });
    await use.api.get(`${configMaps}/none`);
    assert.deepEqual(use.events.at(-1).responseStatus, {
      metadata: {},
      status: 'Failure',
      reason: 'NotFound',
      message: 'configmaps "none" not found',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    });
  });

  it('tells who is impersonated, and what authorization said', async () => {
    await using use = await recording({ level: 'Metadata' });
    await use.api.get(configMaps, { 'impersonate-user': 'jane', 'impersonate-group': 'team' });
    assertSubset(use.events.at(-1), {
      user: { username: 'binnacle-admin' },
      impersonatedUser: { username: 'jane', groups: ['team', 'system:authenticated'] },
      authenticationMetadata: { impersonationConstraint: 'impersonate:user-info' },
      responseStatus: { code: 403, reason: 'Forbidden' },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  it('tells about the start of a watch, and about its end', async () => {
    await using use = await recording({ level: 'RequestResponse' });
    const watch = await use.api.watch(`${configMaps}?watch=1`);
    assert.deepEqual(stagesOf(use.events), ['RequestReceived', 'ResponseStarted']);
    assert.deepEqual(use.events[1].responseStatus, { metadata: {}, code: 200 });
    await watch.close();
    await use.cluster.close();
    assert.deepEqual(stagesOf(use.events), ['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
  });

  it('of a request from nobody knows who is one event', async () => {
    await using use = await recording({ level: 'Metadata' });
    expectFailure(await use.api.get('/api', { authorization: 'Bearer not-a-token' }), 401, 'Unauthorized');
    assert.deepEqual(stagesOf(use.events), ['ResponseStarted']);
    assertSubset(use.events[0], {
      user: {},
      responseStatus: { status: 'Failure', reason: 'Unauthorized', message: 'Unauthorized', code: 401 },
    });
    assert.equal(JSON.stringify(use.events).includes('not-a-token'), false);
  });

  it('shows what was sent with its defaults, and before admission', async () => {
    await using use = await recording({ level: 'Request' });
    const pods = '/api/v1/namespaces/default/pods';
    await use.api.post(pods, {
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    });
    const { requestObject } = use.events.at(-1);
    assertSubset(requestObject, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        containers: [{ name: 'c', imagePullPolicy: 'Always', resources: {} }],
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
      },
      status: {},
    });
    assert.equal('tolerations' in requestObject.spec, false);
    await use.api.post('/api/v1/namespaces/default/secrets', {
      metadata: { name: 'x' },
      stringData: { a: 'b' },
    });
    assertSubset(use.events.at(-1).requestObject, { data: { a: 'Yg==' }, type: 'Opaque' });
  });

  it('has objects of the API, and no other documents', async () => {
    await using use = await recording({ level: 'RequestResponse' });
    await use.api.get('/apis');
    assert.equal(use.events.at(-1).responseObject.kind, 'APIGroupList');
    await use.api.get('/version');
    assert.equal(use.events.at(-1).responseObject, undefined);
    await use.api.get('/apis/example.com/v1/widgets');
    assert.deepEqual(use.events.at(-1).responseStatus, { metadata: {}, code: 404 });
  });

  it('marks what is deprecated', async () => {
    await using use = await recording({ level: 'Metadata' });
    await use.api.get('/api/v1/namespaces/default/endpoints');
    assert.equal(use.events.at(-1).annotations['k8s.io/deprecated'], 'true');
    await use.api.get('/api/v1/namespaces/default/services');
    assert.equal('k8s.io/deprecated' in use.events.at(-1).annotations, false);
  });

  it('is not made where the policy says None', async () => {
    await using use = await recording(
      { level: 'None', resources: [{ resources: ['configmaps'] }] },
      { level: 'Metadata', omitStages: ['RequestReceived'] },
    );
    await use.api.get(configMaps);
    assert.deepEqual(use.events, []);
    await use.api.get('/api/v1/namespaces/default/secrets');
    assert.deepEqual(stagesOf(use.events), ['ResponseComplete']);
  });

  it('is counted', async () => {
    await using use = await recording(
      { level: 'None', nonResourceURLs: ['/metrics'] },
      { level: 'Metadata' },
    );
    await use.api.get('/version');
    const { text } = await use.api.get('/metrics');
    assert.match(text, /^apiserver_audit_event_total 2$/m);
    assert.match(text, /^apiserver_audit_level_total\{level="Metadata"\} 1$/m);
    assert.match(text, /^apiserver_audit_level_total\{level="None"\} 1$/m);
    assert.match(text, /^apiserver_audit_requests_rejected_total 0$/m);
  });
});
