import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import type { AuthorizationOptions } from '../../src/authorization/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { expectCode, type Loose } from '../helpers/api.ts';
import { until } from '../helpers/until.ts';
import { startWebhook, type WebhookRequest, writeWebhookConfig } from '../helpers/webhook-server.ts';
import { clusterWith, filesFor, refusal, undecided } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';

type Status = { allowed?: boolean; denied?: boolean; reason?: string };
type Decide = (spec: Loose) => Status | number;

/** A webhook that decides about the `spec` of each question, and a cluster that asks it. */
async function setUp(t: TestContext, decide: Decide, options: Partial<AuthorizationOptions> = {}) {
  const clock = virtualClock();
  const webhook = await startWebhook(t, ({ body }) => {
    const review = JSON.parse(body) as Loose;
    const status = decide(review.spec);
    return typeof status === 'number' ? status : { ...review, status };
  });
  const files = await filesFor(t, {});
  const webhookConfigFile = await writeWebhookConfig(files.path('hook'), { server: webhook.url });
  const cluster = await clusterWith(t, { modes: ['Webhook'], webhookConfigFile, ...options }, { clock });
  return { ...cluster, clock, webhook };
}

const specOf = ({ body }: WebhookRequest): Loose => JSON.parse(body).spec;

describe('an authorization webhook', () => {
  it('is asked with a SubjectAccessReview', async (t) => {
    const { as, webhook } = await setUp(t, () => ({ allowed: true }), { webhookVersion: 'v1' });
    const narrowed = `${pods}?fieldSelector=spec.nodeName%3Da&labelSelector=x+in+(a,b),!y,z!%3Dq`;
    expectCode(await as('jane', 'blue').get(narrowed), 200);
    expectCode(await as('jane').get('/version'), 200);
    const [first, second] = webhook.requests;
    assert.deepEqual(JSON.parse(first!.body), {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      spec: {
        resourceAttributes: {
          namespace: 'default',
          verb: 'list',
          version: 'v1',
          resource: 'pods',
          fieldSelector: { requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['a'] }] },
          labelSelector: {
            requirements: [
              { key: 'x', operator: 'In', values: ['a', 'b'] },
              { key: 'y', operator: 'DoesNotExist' },
              { key: 'z', operator: 'NotIn', values: ['q'] },
            ],
          },
        },
        user: 'jane',
        groups: ['blue', 'system:authenticated'],
      },
      status: { allowed: false },
    });
    assert.deepEqual(specOf(second!).nonResourceAttributes, { path: '/version', verb: 'get' });
  });

  it('is asked in v1beta1 unless told otherwise', async (t) => {
    const { as, webhook } = await setUp(t, () => ({ allowed: true }));
    expectCode(await as('jane', 'blue').get(pods), 200);
    const { apiVersion, spec } = JSON.parse(webhook.requests[0]!.body);
    assert.equal(apiVersion, 'authorization.k8s.io/v1beta1');
    assert.deepEqual([spec.group, spec.groups], [['blue', 'system:authenticated'], undefined]);
  });

  it('allows, denies, or has no opinion', async (t) => {
    const { as } = await setUp(
      t,
      ({ user }) =>
        user === 'jane'
          ? { allowed: true }
          : { denied: user === 'mallory', reason: user === 'mallory' ? 'go away' : 'not mine' },
      { modes: ['Webhook', 'AlwaysAllow'] },
    );
    expectCode(await as('jane').get(pods), 200);
    expectCode(await as('bob').get(pods), 200);
    assert.equal(refusal(await as('mallory').get(pods)), 'go away');
  });

  it('is asked again when its answer has become old', async (t) => {
    let allowed = true;
    const { as, clock, webhook } = await setUp(t, () => ({ allowed }));
    const ask = async (code: number, asked: number) => {
      expectCode(await as('jane').get(pods), code);
      assert.equal(webhook.requests.length, asked);
    };
    await ask(200, 1);
    clock.advance(299_999);
    allowed = false;
    await ask(200, 1);
    clock.advance(1);
    await ask(403, 2);
    clock.advance(29_999);
    allowed = true;
    await ask(403, 2);
    clock.advance(1);
    await ask(200, 3);
    // Other questions have other answers.
    expectCode(await as('bob').get(pods), 200);
    assert.equal(webhook.requests.length, 4);
  });

  it('is asked each time when answers are not kept, and about long attributes', async (t) => {
    const options = { webhookAuthorizedTtlMs: 0 };
    const { as, webhook } = await setUp(t, () => ({ allowed: true }), options);
    for (const asked of [1, 2]) {
      expectCode(await as('jane').get(pods), 200);
      assert.equal(webhook.requests.length, asked);
    }
    const kept = await setUp(t, () => ({ allowed: true }));
    const long = `/version/${'x'.repeat(10_000)}`;
    for (const asked of [1, 2]) {
      await kept.as('jane').get(long);
      assert.equal(kept.webhook.requests.length, asked);
    }
  });

  it('that fails leaves the others to decide; when none does, it is the server that failed', async (t) => {
    const alone = await setUp(t, () => 400);
    const problem = undecided(await alone.as('jane').get(pods));
    assert.match(problem, /^Post "http:.*\/hook": the answer is 400$/);
    const second = await setUp(t, () => 400, { modes: ['Webhook', 'AlwaysAllow'] });
    expectCode(await second.as('jane').get(pods), 200);
  });

  it('that is away for a moment is asked again', async (t) => {
    let away = true;
    const { as, clock, webhook } = await setUp(t, () => (away ? 503 : { allowed: true }));
    const answer = as('jane').get(pods);
    await until(() => webhook.requests.length === 1);
    away = false;
    const retried = async () => {
      while (webhook.requests.length === 1) {
        clock.advance(600);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await retried();
    expectCode(await answer, 200);
  });

  it('that answers nonsense is not believed', async (t) => {
    const files = await filesFor(t, {});
    for (const nonsense of [
      [],
      { kind: 'TokenReview', status: { allowed: true } },
      { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status: { allowed: true } },
      { kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1beta1', status: { allowed: 'yes' } },
    ]) {
      const webhook = await startWebhook(t, () => nonsense);
      const webhookConfigFile = await writeWebhookConfig(files.path('hook'), { server: webhook.url });
      const { as } = await clusterWith(t, { modes: ['Webhook'], webhookConfigFile });
      undecided(await as('jane').get(pods));
    }
    const both = await setUp(t, () => ({ allowed: true, denied: true }));
    const problem = undecided(await both.as('jane').get(pods));
    assert.match(problem, /returned both allow and deny response$/);
  });

  it('is not asked about members of system:masters', async (t) => {
    const { api, webhook } = await setUp(t, () => ({ denied: true }));
    expectCode(await api.get(pods), 200);
    assert.equal(webhook.requests.length, 0);
  });

  it('is counted', async (t) => {
    const { api, as } = await setUp(t, ({ user }) => (user === 'bob' ? 400 : { allowed: user === 'jane' }));
    for (const user of ['jane', 'jane', 'bob', 'mallory']) await as(user).get(pods);
    const metrics = (await api.get('/metrics')).text;
    for (const line of [
      'apiserver_authorization_decisions_total{type="Webhook",name="default",decision="allowed"} 2',
      'apiserver_authorization_webhook_evaluations_total{name="default",result="success"} 2',
      'apiserver_authorization_webhook_evaluations_total{name="default",result="error"} 1',
      'apiserver_authorization_webhook_evaluations_fail_open_total{name="default",result="error"} 1',
    ]) {
      assert.ok(metrics.split('\n').includes(line), line);
    }
  });

  it('sees the selectors of an access review', async (t) => {
    const { api, webhook } = await setUp(t, () => ({ allowed: true }), { webhookVersion: 'v1' });
    const ask = async (more: object) => {
      const spec = { user: 'jane', resourceAttributes: { verb: 'list', resource: 'pods', ...more } };
      expectCode(await api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec }), 201);
      const { fieldSelector, labelSelector } = specOf(webhook.requests.at(-1)!).resourceAttributes;
      return [fieldSelector?.requirements, labelSelector?.requirements];
    };
    const field = { key: 'spec.nodeName', operator: 'In', values: ['a'] };
    const label = { key: 'team', operator: 'Exists' };
    assert.deepEqual(
      await ask({
        fieldSelector: { rawSelector: 'spec.nodeName=a' },
        labelSelector: { rawSelector: 'team' },
      }),
      [[field], [label]],
    );
    assert.deepEqual(
      await ask({ fieldSelector: { requirements: [field] }, labelSelector: { requirements: [label] } }),
      [[field], [label]],
    );
    // What cannot be understood only narrows: the wider question is asked.
    const later = { key: 'x', operator: 'FromTheFuture', values: ['y'] };
    assert.deepEqual(
      await ask({ fieldSelector: { rawSelector: 'a' }, labelSelector: { requirements: [later, label] } }),
      [undefined, [label]],
    );
  });

  it('whose file is not good keeps the server from starting', async (t) => {
    const files = await filesFor(t, { hook: '{"clusters": [' });
    const authorization = { modes: ['Webhook'], webhookConfigFile: files.path('hook') } as const;
    await assert.rejects(createCluster({ authorization }), { name: 'ConfigError', message: /\/hook:1: / });
  });
});
