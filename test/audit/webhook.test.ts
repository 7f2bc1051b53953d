import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type AuditWebhookOptions, defaultAudit } from '../../src/audit/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { startWebhook, type WebhookAnswer, writeWebhookConfig } from '../helpers/webhook-server.ts';

async function sending(t: TestContext, answer: WebhookAnswer, more: Partial<AuditWebhookOptions> = {}) {
  const directory = await temporaryDirectory();
  t.after(directory.remove);
  const webhook = await startWebhook(t, answer);
  const configFile = await writeWebhookConfig(join(directory.path, 'config'), { server: webhook.url });
  const options = { ...defaultAudit.webhook, configFile, initialBackoffMs: 1, ...more };
  const policy = { rules: [{ level: 'RequestResponse' as const, omitStages: ['RequestReceived' as const] }] };
  const cluster = await createCluster({ audit: { policy, webhook: options } });
  return { api: apiOver(cluster.fetch), cluster, webhook };
}

const listsOf = (requests: readonly { body: string }[]) => requests.map(({ body }) => JSON.parse(body));

describe('an audit webhook', () => {
  it('gets events in batches, the last ones when the server stops', async (t) => {
    const { api, cluster, webhook } = await sending(t, () => ({}), { maxBatchSize: 10 });
    for (let i = 0; i < 25; i++) await api.get('/version');
    await cluster.close();
    const lists = listsOf(webhook.requests);
    assert.deepEqual(
      lists.map(({ kind, apiVersion, items }) => [kind, apiVersion, items.length]),
      [10, 10, 5].map((count) => ['EventList', 'audit.k8s.io/v1', count]),
    );
    const ids = lists.flatMap(({ items }) => items.map(({ auditID }: { auditID: string }) => auditID));
    assert.equal(new Set(ids).size, 25);
  });

  it('that fails is asked again, whatever it answered', async (t) => {
    let failures = 3;
    const { api, cluster, webhook } = await sending(t, () => (failures-- > 0 ? 404 : {}));
    await api.get('/version');
    await cluster.close();
    assert.equal(webhook.requests.length, 4);
    assert.equal(listsOf(webhook.requests)[3].items.length, 1);
  });

  it('holds requests up in blocking mode', async (t) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { api, cluster, webhook } = await sending(
      t,
      async () => {
        await held;
        return {};
      },
      { mode: 'blocking' },
    );
    const answer = await api.get('/version');
    assert.equal(answer.status, 200);
    const closing = cluster.close();
    release();
    await closing;
    assert.equal(listsOf(webhook.requests)[0].items[0].stage, 'ResponseComplete');
  });

  it('gets large events without their objects when that is asked for', async (t) => {
    const { api, cluster, webhook } = await sending(t, () => ({}), {
      truncate: { maxEventBytes: 1_500, maxBatchBytes: 3_000 },
    });
    await api.post('/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'a' },
      data: { long: 'x'.repeat(2_000) },
    });
    await api.get('/version');
    await cluster.close();
    const [large, small] = listsOf(webhook.requests).flatMap(({ items }) => items);
    assert.equal('requestObject' in large, false);
    assert.equal(large.annotations['audit.k8s.io/truncated'], 'true');
    assert.equal(large.objectRef.resource, 'configmaps');
    assert.equal(small.annotations['audit.k8s.io/truncated'], undefined);
  });

  it('that takes too long loses what does not fit into the buffer, and this is counted', async (t) => {
    const { api, cluster } = await sending(t, () => ({}), { bufferSize: 2, maxBatchSize: 100 });
    for (let i = 0; i < 5; i++) await api.get('/version');
    const { text } = await api.get('/metrics');
    assert.match(text, /^apiserver_audit_error_total\{plugin="webhook"\} 3$/m);
    await cluster.close();
  });
});
