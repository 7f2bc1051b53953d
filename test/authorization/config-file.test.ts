import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { parseAuthorizationConfig } from '../../src/authorization/authorization-config.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { expectCode, type Loose } from '../helpers/api.ts';
import { startWebhook, writeWebhookConfig } from '../helpers/webhook-server.ts';
import { clusterWith, filesFor, refusal, undecided } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';

interface Given {
  readonly name: string;
  readonly conditions?: readonly string[];
  readonly more?: object;
}

/** A configuration with these webhooks, and RBAC behind them. */
const configText = (kubeconfig: string, webhooks: readonly Given[], version = 'v1') =>
  JSON.stringify(
    {
      apiVersion: `apiserver.config.k8s.io/${version}`,
      kind: 'AuthorizationConfiguration',
      authorizers: [
        ...webhooks.map(({ name, conditions = [], more = {} }) => ({
          type: 'Webhook',
          name,
          webhook: {
            timeout: '3s',
            subjectAccessReviewVersion: 'v1',
            failurePolicy: 'NoOpinion',
            connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: kubeconfig },
            ...(conditions.length === 0 ? {} : { matchConditionSubjectAccessReviewVersion: 'v1' }),
            matchConditions: conditions.map((expression) => ({ expression })),
            ...more,
          },
        })),
        { type: 'RBAC', name: 'rbac' },
      ],
    },
    null,
    1,
  );

async function setUp(t: TestContext, webhooks: readonly Given[], version = 'v1') {
  let status: object | number = { allowed: true };
  const webhook = await startWebhook(t, ({ body }) =>
    typeof status === 'number' ? status : { ...(JSON.parse(body) as Loose), status },
  );
  const files = await filesFor(t, {});
  const kubeconfig = await writeWebhookConfig(files.path('hook'), { server: webhook.url });
  const text = (given: readonly Given[]) => configText(kubeconfig, given, version);
  await writeFile(files.path('config'), text(webhooks));
  const cluster = await clusterWith(t, { configFile: files.path('config') });
  return {
    ...cluster,
    webhook,
    answer: (next: object | number) => {
      status = next;
    },
    write: (given: readonly Given[] | string) =>
      writeFile(files.path('config'), typeof given === 'string' ? given : text(given)),
  };
}

describe('an AuthorizationConfiguration', () => {
  for (const version of ['v1', 'v1beta1']) {
    it(`in ${version} asks several webhooks in order`, async (t) => {
      const conditions = ['request.user == "jane"'];
      const { as, webhook } = await setUp(t, [{ name: 'a', conditions }, { name: 'b' }], version);
      expectCode(await as('jane').get(pods), 200);
      assert.equal(webhook.requests.length, 1);
    });
  }

  it('asks a webhook only when all its conditions hold', async (t) => {
    const conditions = [
      'has(request.resourceAttributes)',
      'request.resourceAttributes.namespace == "default" && request.resourceAttributes.name == ""',
      '!("system:nodes" in request.groups)',
      'request.extra.size() == 0',
    ];
    const { as, webhook } = await setUp(t, [{ name: 'a', conditions }]);
    expectCode(await as('jane').get(pods), 200);
    expectCode(await as('jane').get('/version'), 200);
    expectCode(await as('jane').get('/api/v1/nodes'), 403);
    expectCode(await as('jane', 'system:nodes').get(pods), 403);
    assert.equal(webhook.requests.length, 1);
  });

  it('sees selectors in conditions', async (t) => {
    const conditions = [
      'has(request.resourceAttributes) && has(request.resourceAttributes.labelSelector)',
      'request.resourceAttributes.labelSelector.requirements.exists(r, r.key == "team" && "a" in r.values)',
    ];
    const { as } = await setUp(t, [{ name: 'a', conditions }]);
    expectCode(await as('jane').get(`${pods}?labelSelector=team%3Da`), 200);
    expectCode(await as('jane').get(`${pods}?labelSelector=team%3Db`), 403);
    expectCode(await as('jane').get(pods), 403);
  });

  it('does what failurePolicy says about conditions and webhooks that fail', async (t) => {
    const conditions = ['request.resourceAttributes.namespace == "default"'];
    const open = await setUp(t, [{ name: 'a', conditions }]);
    // RBAC allows it, so that the error does not matter.
    expectCode(await open.as('jane').get('/version'), 200);
    const deny = { failurePolicy: 'Deny' };
    const closed = await setUp(t, [{ name: 'a', conditions, more: deny }]);
    const problem = undecided(await closed.as('jane').get('/version'));
    assert.match(problem, /resulted in error: no such key: resourceAttributes$/);
    closed.answer(400);
    undecided(await closed.as('jane').get(pods));
    // A condition that is false decides, whatever is wrong with another.
    const both = [...conditions, 'request.user == "bob"'];
    const skipped = await setUp(t, [{ name: 'a', conditions: both, more: deny }]);
    expectCode(await skipped.as('jane').get('/version'), 200);
  });

  it('keeps answers as long as it says', async (t) => {
    const more = { cacheAuthorizedRequests: false };
    const { as, webhook } = await setUp(t, [{ name: 'a', more }]);
    for (const asked of [1, 2]) {
      expectCode(await as('jane').get(pods), 200);
      assert.equal(webhook.requests.length, asked);
    }
  });

  it('is read again when it changes; one that is not good changes nothing, and is told', async (t) => {
    const { as, api, write, answer } = await setUp(t, [{ name: 'a' }]);
    const ready = async () => (await api.get('/readyz?verbose')).text;
    const becomes = async (done: () => Promise<boolean>) => {
      while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    expectCode(await as('jane').get(pods), 200);

    await write('{"kind": "Authorization');
    await becomes(async () => /authorization-config was changed and could not be/.test(await ready()));
    expectCode(await as('jane').get(pods), 200);
    const metrics = (await api.get('/metrics')).text;
    assert.match(metrics, /binnacle_config_current\{name="authorization-config"\} 0/);

    await write([]);
    await becomes(async () => (await as('jane').get(pods)).status === 403);
    assert.doesNotMatch(await ready(), /could not be reloaded/);

    answer({ denied: true, reason: 'closed' });
    await write([{ name: 'other' }]);
    await becomes(async () => refusal(await as('jane').get(pods)) === 'closed');
  });
});

it('may come to ask for policies that are not good yet', async (t) => {
  const head = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration' };
  const config = (type: string) => JSON.stringify({ ...head, authorizers: [{ type, name: 'a' }] });
  const files = await filesFor(t, { config: config('RBAC'), policy: 'nonsense' });
  const { as, api } = await clusterWith(t, {
    configFile: files.path('config'),
    policyFile: files.path('policy'),
  });
  const becomes = async (done: () => Promise<boolean>) => {
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await writeFile(files.path('config'), config('ABAC'));
  await becomes(async () => (await api.get('/readyz?verbose')).text.includes('could not be reloaded'));
  const spec = { user: 'jane', namespace: '*', resource: '*', apiGroup: '*' };
  const policy = { apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec };
  await writeFile(files.path('policy'), JSON.stringify(policy));
  await writeFile(files.path('config'), `${config('ABAC')}\n`);
  await becomes(async () => (await as('jane').get(pods)).status === 200);
});

it('docs/authorization.md has one that is good', async () => {
  const page = await readFile(new URL('../../docs/authorization.md', import.meta.url), 'utf8');
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(page)!;
  const plan = await parseAuthorizationConfig('docs/authorization.md', text);
  assert.deepEqual(
    plan.map(({ type }) => type),
    ['Node', 'RBAC', 'Webhook'],
  );
});

describe('an AuthorizationConfiguration that is not good', () => {
  const webhook = (more: object) => [{ name: 'a', more }];
  const wrong: [what: string, webhooks: readonly Given[], message: RegExp][] = [
    [
      'a name twice',
      [{ name: 'a' }, { name: 'a' }],
      /config:\d+: authorizers\[1\]\.name: Duplicate value: "a"$/,
    ],
    ['a name that is none', [{ name: 'A' }], /authorizers\[0\]\.name: authorizer name is invalid: /],
    ['no time limit', webhook({ timeout: undefined }), /webhook\.timeout: Required value$/],
    ['a long time limit', webhook({ timeout: '31s' }), /webhook\.timeout: must be > 0s and <= 30s$/],
    [
      'a time that is none',
      webhook({ authorizedTTL: 'soon' }),
      /authorizedTTL: time: invalid duration "soon"$/,
    ],
    [
      'an unknown policy',
      webhook({ failurePolicy: 'Allow' }),
      /failurePolicy: Unsupported value: "Allow": supported values: "NoOpinion", "Deny"$/,
    ],
    [
      'a misspelt field',
      webhook({ timeOut: '1s' }),
      /config:\d+: authorizers\[0\]\.webhook\.timeOut: unknown field$/,
    ],
    [
      'a relative path',
      webhook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'hook' } }),
      /kubeConfigFile: must be an absolute path$/,
    ],
    [
      'a webhook that is not there',
      webhook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/nowhere/hook' } }),
      /^\/nowhere\/hook: there is no such file$/,
    ],
    [
      'a condition that is none',
      [{ name: 'a', conditions: ['true', 'request.usr == "a"'] }],
      /config:\d+: authorizers\[0\]\.webhook\.matchConditions\[1\]\.expression: compilation failed: ERROR: <input>:1:9: undefined field 'usr'$/,
    ],
    [
      'a condition of another type',
      [{ name: 'a', conditions: ['request.user'] }],
      /must evaluate to bool but got string$/,
    ],
    ['a condition twice', [{ name: 'a', conditions: ['true', 'true'] }], /Duplicate value: "true"$/],
    [
      'conditions without their version',
      webhook({ matchConditions: [{ expression: 'true' }] }),
      /matchConditionSubjectAccessReviewVersion: required if match conditions are specified$/,
    ],
  ];
  for (const [what, webhooks, message] of wrong) {
    it(`${what} keeps the server from starting`, async (t) => {
      const files = await filesFor(t, {});
      const kubeconfig = await writeWebhookConfig(files.path('hook'), { server: 'http://127.0.0.1:1' });
      await writeFile(files.path('config'), configText(kubeconfig, webhooks));
      await assert.rejects(createCluster({ authorization: { configFile: files.path('config') } }), {
        name: 'ConfigError',
        message,
      });
    });
  }

  it('without authorizers, or with a webhook where none belongs', async (t) => {
    const head = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthorizationConfiguration' };
    const texts: [object, RegExp][] = [
      [{ ...head, authorizers: [] }, /authorizers: at least one authorization mode must be defined$/],
      [{ ...head, authorizers: [{ type: 'Magic', name: 'a' }] }, /type: Unsupported value: "Magic"/],
      [
        {
          ...head,
          authorizers: [
            { type: 'RBAC', name: 'a' },
            { type: 'RBAC', name: 'b' },
          ],
        },
        /authorizers\[1\]\.type: Duplicate value: "RBAC"$/,
      ],
      [{ ...head, authorizers: [{ type: 'Webhook', name: 'a' }] }, /webhook: required when type=Webhook$/],
      [
        { ...head, authorizers: [{ type: 'ABAC', name: 'a' }] },
        /ABAC's authorization policy file not passed$/,
      ],
      [{ ...head, apiVersion: 'v1' }, /apiVersion: must be apiserver\.config\.k8s\.io\/v1 or /],
    ];
    for (const [content, message] of texts) {
      const files = await filesFor(t, { config: JSON.stringify(content) });
      await assert.rejects(createCluster({ authorization: { configFile: files.path('config') } }), {
        message,
      });
    }
  });
});
