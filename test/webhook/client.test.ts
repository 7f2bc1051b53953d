import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Clock, realClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { noRetries } from '../../src/webhook/backoff.ts';
import type { WebhookClientOptions } from '../../src/webhook/client.ts';
import { WebhookError } from '../../src/webhook/errors.ts';
import { webhookFromFile } from '../../src/webhook/index.ts';
import { maxWebhookAnswerBytes } from '../../src/webhook/send.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import {
  type KubeconfigFields,
  startWebhook,
  type WebhookAnswer,
  writeWebhookConfig,
} from '../helpers/webhook-server.ts';
import { testPki } from '../transport/start-listener.ts';

interface Given extends Partial<WebhookClientOptions> {
  readonly cluster?: KubeconfigFields;
  readonly user?: KubeconfigFields;
  readonly files?: Readonly<Record<string, string>>;
}

/** A client of the webhook at `url`, from a file. */
async function clientOf(t: TestContext, url: string, { cluster, user, files = {}, ...options }: Given = {}) {
  const directory = await temporaryDirectory();
  t.after(directory.remove);
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory.path, name), text);
  const path = await writeWebhookConfig(
    join(directory.path, 'hook.kubeconfig'),
    { server: url, ...cluster },
    user,
  );
  const client = await webhookFromFile(path, { clock: realClock, random: seededRandom(1), ...options });
  t.after(() => client.close());
  return { client, directory };
}

async function start(t: TestContext, answer: WebhookAnswer, given: Given = {}) {
  const webhook = await startWebhook(t, answer);
  return { webhook, ...(await clientOf(t, webhook.url, given)) };
}

/** Lets the attempts happen: moves the clock to each wait, and answers how long those were. */
async function waits(clock: ReturnType<typeof virtualClock>, asked: () => number, count: number) {
  const found: number[] = [];
  for (let attempt = 1; attempt <= count; attempt++) {
    const next = () => (clock.nextTimerAt() ?? Number.POSITIVE_INFINITY) - clock.now();
    // Until an attempt has ended, the next timer is its time limit.
    await until(() => asked() === attempt && next() < 10_000);
    found.push(next());
    clock.advance(next());
  }
  return found;
}

describe('a webhook', () => {
  it('is sent JSON on one connection that is kept', async (t) => {
    const { client, webhook } = await start(t, ({ body }) => ({ got: JSON.parse(body) }));
    assert.deepEqual(await client.post({ a: 1 }), { got: { a: 1 } });
    assert.deepEqual(await client.post({ a: 2 }), { got: { a: 2 } });
    assert.equal(webhook.connections(), 1);
    const [{ method, url, headers }] = webhook.requests as [(typeof webhook.requests)[0]];
    assert.deepEqual([method, url, headers['content-type']], ['POST', '/hook', 'application/json']);
  });

  it('is tried five times with growing waits while it answers 5xx or 429', async (t) => {
    const clock = virtualClock();
    const { client, webhook } = await start(t, () => (webhook.requests.length % 2 ? 503 : 429), { clock });
    const failing = assert.rejects(client.post({}), { name: 'WebhookError', status: 503 });
    const found = await waits(clock, () => webhook.requests.length, 4);
    await failing;
    assert.equal(webhook.requests.length, 5);
    for (const [at, ms] of found.entries()) {
      const least = 500 * 1.5 ** at;
      assert.ok(ms >= least && ms < least * 1.2, `wait ${at} is ${ms} ms`);
    }
  });

  it('may say how long to wait', async (t) => {
    const clock = virtualClock();
    const answers: WebhookAnswer = (_request, response) => {
      if (webhook.requests.length > 1) return { ok: true };
      response.writeHead(429, { 'retry-after': '3' }).end();
      return undefined;
    };
    const { client, webhook } = await start(t, answers, { clock });
    const answered = client.post({});
    assert.deepEqual(await waits(clock, () => webhook.requests.length, 1), [3_000]);
    assert.deepEqual(await answered, { ok: true });
  });

  it('is not tried again when it refuses', async (t) => {
    const { client, webhook } = await start(t, () => 403);
    await assert.rejects(client.post({}), {
      status: 403,
      message: `Post "${webhook.url}": the answer is 403`,
    });
    assert.equal(webhook.requests.length, 1);
  });

  it('that closes the connection is tried again', async (t) => {
    const clock = virtualClock();
    const { client, webhook } = await start(
      t,
      (_request, response) => {
        if (webhook.requests.length > 1) return { ok: true };
        response.destroy();
        return undefined;
      },
      { clock },
    );
    const answered = client.post({});
    await waits(clock, () => webhook.requests.length, 1);
    assert.deepEqual(await answered, { ok: true });
  });

  it('that nobody serves is named', async (t) => {
    const { webhook, client } = await start(t, () => ({}), { backoff: noRetries });
    webhook.server.close();
    webhook.server.closeAllConnections();
    await assert.rejects(client.post({}), { message: `Post "${webhook.url}": connection refused` });
  });

  it('is not followed when it redirects', async (t) => {
    const elsewhere = await startWebhook(t, () => ({ stolen: true }));
    const { client } = await start(t, (_request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
      return undefined;
    });
    await assert.rejects(client.post({}), /the answer is a redirect \(307\); redirects are not followed/);
    assert.equal(elsewhere.requests.length, 0);
  });

  it('may not answer without end', async (t) => {
    const { client } = await start(t, (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
      return undefined;
    });
    await assert.rejects(client.post({}), new RegExp(`larger than ${maxWebhookAnswerBytes} bytes`));
  });

  it('that answers something else is named', async (t) => {
    const { client } = await start(t, (_request, response) => void response.end('<html>secret</html>'));
    await assert.rejects(client.post({}), /: the answer is not JSON$/);
  });

  it('that is silent, or stops in the middle of an answer, runs into the time limit', async (t) => {
    for (const begin of [false, true]) {
      const clock = virtualClock();
      const { client, webhook } = await start(
        t,
        (_request, response) => {
          if (begin) response.writeHead(200, { 'content-length': 100 }).write('{');
          return undefined;
        },
        { clock, timeoutMs: 70, backoff: noRetries },
      );
      const failing = assert.rejects(client.post({}), {
        message: `Post "${webhook.url}": no answer within 70 ms`,
        temporary: true,
      });
      await until(() => webhook.requests.length === 1);
      clock.advance(70);
      await failing;
    }
  });

  it('is given up when the caller has gone, in an answer and in a wait', async (t) => {
    const clock = virtualClock();
    const { client, webhook } = await start(t, () => (webhook.requests.length === 2 ? 500 : undefined), {
      clock,
    });
    const gone = new Error('gone');
    for (const request of [1, 2]) {
      const caller = new AbortController();
      const failing = assert.rejects(client.post({}, caller.signal), gone);
      await until(() => webhook.requests.length === request);
      if (request === 2) await until(() => clock.nextTimerAt()! - clock.now() < 1_000);
      caller.abort(gone);
      await failing;
    }
    await assert.rejects(client.post({}, AbortSignal.abort(gone)), gone);
    assert.equal(webhook.requests.length, 2);
  });
});

describe('who asks a webhook', () => {
  const authorizationOf = async (t: TestContext, given: Given) => {
    const { client, webhook } = await start(t, () => ({}), given);
    await client.post({});
    return webhook.requests[0]!.headers.authorization;
  };

  it('shows a token, or a name and a password', async (t) => {
    assert.equal(await authorizationOf(t, { user: { token: 'abc' } }), 'Bearer abc');
    const basic = Buffer.from('me:pass word').toString('base64');
    assert.equal(
      await authorizationOf(t, { user: { username: 'me', password: 'pass word' } }),
      `Basic ${basic}`,
    );
    assert.equal(await authorizationOf(t, {}), undefined);
  });

  it('reads a token file again after a minute', async (t) => {
    const clock = virtualClock();
    const { client, webhook, directory } = await start(t, () => ({}), {
      clock: clock as Clock,
      user: { tokenFile: 'token', token: 'not this one' },
      files: { token: 'first\n' },
    });
    await client.post({});
    await writeFile(join(directory.path, 'token'), 'second');
    clock.advance(59_000);
    await client.post({});
    clock.advance(1_000);
    await client.post({});
    assert.deepEqual(
      webhook.requests.map(({ headers }) => headers.authorization),
      ['Bearer first', 'Bearer first', 'Bearer second'],
    );
  });

  it('shows a certificate, and trusts only the authority that is named', async (t) => {
    const pki = await testPki(t);
    const tls = { ...pki.serving, ca: pki.servingCa, requestCert: true, rejectUnauthorized: true };
    const webhook = await startWebhook(t, () => ({ ok: true }), tls);
    const encoded = (pem: string) => Buffer.from(pem).toString('base64');
    const user = { 'client-certificate': 'admin.crt', 'client-key-data': encoded(pki.admin.key) };
    const given = { user, files: { 'admin.crt': pki.admin.cert }, backoff: noRetries };
    const ca = { 'certificate-authority-data': encoded(pki.servingCa) };

    const post = async (cluster: KubeconfigFields, more: Given = given) =>
      (await clientOf(t, webhook.url, { ...more, cluster })).client.post({});
    assert.deepEqual(await post(ca), { ok: true });
    assert.deepEqual(await post({ ...ca, 'tls-server-name': 'kubernetes.default' }), { ok: true });
    assert.deepEqual(await post({ 'insecure-skip-tls-verify': true }), { ok: true });
    const itself = { 'certificate-authority-data': encoded(pki.serving.cert) };
    assert.deepEqual(await post(itself), { ok: true });
    await assert.rejects(post({}), /signed by an unknown authority/);
    await assert.rejects(post({ ...ca, 'tls-server-name': 'example.com' }), /is for another name/);
    await assert.rejects(post(ca, { backoff: noRetries }), WebhookError);
  });
});

describe('the file of a webhook', () => {
  const refusals: readonly [string, KubeconfigFields, KubeconfigFields, RegExp][] = [
    ['a proxy', { 'proxy-url': 'http://p' }, {}, /:9: clusters\[0\]\.cluster\.proxy-url: is not supported$/],
    ['a program', {}, { exec: {} }, /:\d+: users\[0\]\.user\.exec: is not supported$/],
    ['impersonation', {}, { as: 'root' }, /users\[0\]\.user\.as: is not supported$/],
    ['a misspelt field', { servr: 'x' }, {}, /clusters\[0\]\.cluster\.servr: unknown field$/],
    ['another scheme', { server: 'ftp://x' }, {}, /\.server: must be an http or https URL$/],
    ['a secret in the URL', { server: 'https://a:hunter2@x' }, {}, /\.server: must not hold/],
    ['half a pair', {}, { 'client-key': 'k' }, /client-certificate: a certificate and its key go together$/],
    ['a key that is none', {}, { 'client-certificate': 'k', 'client-key': 'k' }, /do not fit$/],
    ['an authority that is none', { 'certificate-authority': 'k' }, {}, /holds no certificate$/],
    ['data that is no PEM', { 'certificate-authority-data': 'hunter2' }, {}, /is not PEM in base64$/],
    ['a missing file', { 'certificate-authority': 'nowhere' }, {}, /\/nowhere: there is no such file$/],
    ['a token with a line break', {}, { token: 'hunter2\nx' }, /user\.token: holds no token$/],
    ['two identities', {}, { token: 'hunter2', username: 'a' }, /exclude each other$/],
  ];
  for (const [what, cluster, user, message] of refusals) {
    it(`may not have ${what}`, async (t) => {
      await assert.rejects(
        clientOf(t, 'http://127.0.0.1:1', { cluster, user, files: { k: 'hunter2' } }),
        (error: Error) => {
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /hunter2|\n/);
          return error.name === 'ConfigError';
        },
      );
    });
  }
});
