import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { defaultAuthentication } from '../../src/authentication/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import type { Loose } from '../helpers/api.ts';
import { makeAuthority, makeCertificate, purposes } from '../helpers/certificates.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { onTheWire, type Wire } from './kit.ts';

type Reply = (review: Loose) => { readonly status?: number; readonly body: unknown };

interface Setting extends Wire {
  /** Reviews that the webhook was sent, in order. */
  readonly reviews: Loose[];
  reply: Reply;
  readonly clock: VirtualClock;
  /** Lines of the log. */
  readonly lines: string[];
  show(token: string): ReturnType<Wire['ask']>;
}

const answer =
  (status: object): Reply =>
  ({ apiVersion, kind }) => ({ body: { apiVersion, kind, status } });
const jane = answer({
  authenticated: true,
  user: { username: 'jane', uid: '42', groups: ['blue'], extra: { 'example.com/a': ['b'] } },
});

/** A server that asks a webhook, which wants a client certificate of the server. */
async function setting(t: TestContext, version = 'v1'): Promise<Setting> {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const authority = await makeAuthority('webhooks');
  const serving = await makeCertificate({ addresses: ['127.0.0.1'], purposes: [purposes.server] }, authority);
  const client = await makeCertificate({ commonName: 'binnacle' }, authority);
  const reviews: Loose[] = [];
  const tls = { ...serving.identity, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const webhook = createServer(tls, async (request, response) => {
    const review = (await json(request)) as Loose;
    reviews.push(review);
    const { status = 200, body } = use.reply(review);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  webhook.listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  t.after(() => {
    webhook.close();
    webhook.closeAllConnections();
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const configFile = join(directory.path, 'webhook.yaml');
  await writeFile(
    configFile,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'webhook',
          cluster: {
            server: `https://127.0.0.1:${(webhook.address() as AddressInfo).port}/review`,
            'certificate-authority-data': base64(authority.cert),
          },
        },
      ],
      users: [
        {
          name: 'server',
          user: {
            'client-certificate-data': base64(client.cert),
            'client-key-data': base64(client.key),
          },
        },
      ],
      contexts: [{ name: 'it', context: { cluster: 'webhook', user: 'server' } }],
      'current-context': 'it',
    }),
  );
  const clock = virtualClock(Date.now());
  const lines: string[] = [];
  const note = (message: string, fields?: object) =>
    lines.push(
      `${message} ${JSON.stringify(fields, (_key, value) => (value instanceof Error ? value.message : value))}`,
    );
  const log = { error: note, warn: note, info: note, debug: note };
  const tokenWebhook = { configFile, cacheTtlMs: 120_000, version };
  const wire = await onTheWire(t, { clock, log, authentication: { tokenWebhook } });
  const use: Setting = {
    ...wire,
    reviews,
    reply: jane,
    clock,
    lines,
    show: (token) => wire.ask({ headers: { authorization: `Bearer ${token}` } }),
  };
  return use;
}

describe('a webhook for tokens', { timeout: 60_000 }, () => {
  for (const version of ['v1', 'v1beta1']) {
    it(`is asked with a TokenReview of ${version}`, async (t) => {
      const use = await setting(t, version);
      const { user } = await use.show('secret');
      assert.deepEqual(user, {
        username: 'jane',
        uid: '42',
        groups: ['blue', 'system:authenticated'],
        extra: { 'example.com/a': ['b'] },
      });
      const [{ apiVersion, kind, spec }] = use.reviews as [Loose];
      assert.deepEqual([apiVersion, kind], [`authentication.k8s.io/${version}`, 'TokenReview']);
      assert.deepEqual(spec, { token: 'secret', audiences: ['https://kubernetes.default.svc'] });
    });
  }

  it('is asked once for each token, for as long as its answer is remembered', async (t) => {
    const use = await setting(t);
    await Promise.all([use.show('one'), use.show('one'), use.show('one')]);
    await use.show('one');
    await use.show('two');
    assert.equal(use.reviews.length, 2);
    use.clock.advance(120_000);
    use.reply = answer({ authenticated: false });
    assert.equal((await use.show('one')).status, 401);
    assert.equal((await use.show('one')).status, 401);
    assert.equal(use.reviews.length, 3);
  });

  it('is asked only about tokens', async (t) => {
    const use = await setting(t);
    await use.ask({ path: '/version' });
    await use.ask({ path: '/version', headers: { authorization: 'Basic YTpi' } });
    assert.deepEqual(use.reviews, []);
  });

  it('decides for whom a token is', async (t) => {
    const use = await setting(t);
    const user = { username: 'jane' };
    use.reply = answer({ authenticated: true, user, audiences: ['other'] });
    assert.equal((await use.show('one')).status, 401);
    use.reply = answer({ authenticated: true, user, audiences: ['other', 'https://kubernetes.default.svc'] });
    assert.equal((await use.show('two')).user.username, 'jane');
  });

  it('that refuses, fails or answers something else makes a token a 401 that says nothing; the log says why', async (t) => {
    const use = await setting(t);
    const replies: Record<string, Reply> = {
      no: answer({ authenticated: false }),
      reason: answer({ authenticated: false, error: 'expired yesterday' }),
      forbidden: () => ({ status: 403, body: { message: 'no' } }),
      'other kind': () => ({ body: { apiVersion: 'v1', kind: 'Pod', status: {} } }),
      'other version': () => ({
        body: {
          apiVersion: 'authentication.k8s.io/v2',
          kind: 'TokenReview',
          status: { authenticated: true },
        },
      }),
      'no status': ({ apiVersion, kind }) => ({ body: { apiVersion, kind } }),
      'no user': answer({ authenticated: true, user: { username: {} } }),
      list: () => ({ body: [] }),
    };
    for (const [what, reply] of Object.entries(replies)) {
      use.reply = reply;
      const { status, text } = await use.show(`token-${what.replace(' ', '-')}`);
      assert.equal(status, 401, what);
      assert.equal(JSON.parse(text).message, 'Unauthorized', what);
    }
    assert.equal(use.lines.filter((line) => line.includes('could not be asked')).length, 6);
    assert.doesNotMatch(use.lines.join('\n'), /token-/);
  });
});

it('a webhook that cannot be used is refused at the start', async () => {
  const { tokenWebhook } = defaultAuthentication;
  const start = (more: Partial<typeof tokenWebhook>) =>
    createCluster({ authentication: { tokenWebhook: { ...tokenWebhook, ...more } } });
  await assert.rejects(start({ configFile: '/no', version: 'v2' }), {
    message: 'unsupported authentication webhook version "v2", supported versions are "v1", "v1beta1"',
  });
  await assert.rejects(start({ configFile: '/no' }), { message: '/no: there is no such file' });
});
