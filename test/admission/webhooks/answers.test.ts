import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { configMap, expectCode, expectFailure, type Loose } from '../../helpers/api.ts';
import { makeAuthority, makeCertificate, purposes } from '../../helpers/certificates.ts';
import { startWebhook } from '../../helpers/webhook-server.ts';
import { asGood, call, invalid, noAnswers, refusals } from './answer-tables.ts';
import { freePort } from './durable-kit.ts';
import {
  allow,
  authority,
  type Behaviour,
  base64,
  configMaps,
  deny,
  type Hooked,
  hooked,
  respond,
  say,
  set,
} from './kit.ts';

const kinds = ['v', 'm'] as const;
const policies = ['Fail', 'Ignore'] as const;

/** Webhooks `v-fail`, `v-ignore`, `m-fail` and `m-ignore`; a label of the object says which is asked. */
async function configured(use: Hooked, more: object = {}): Promise<void> {
  const of = (kind: string) =>
    policies.map((failurePolicy) => {
      const name = `${kind}-${failurePolicy.toLowerCase()}`;
      return use.hook(name, allow(), {
        failurePolicy,
        objectSelector: { matchLabels: { ask: name } },
        ...more,
      });
    });
  await use.validating('v', ...of('v'));
  await use.mutating('m', ...of('m'));
}

let created = 0;
const create = ({ api }: Hooked, ask: string, query = '') =>
  api.post(`${configMaps}${query}`, configMap(`a-${created++}`, { k: 'v' }, { labels: { ask } }));

/** Every one of the four behaves so: what comes of a create, by the name of the webhook. */
async function each(use: Hooked, behaviour: Behaviour, check: (name: string, answer: Loose) => void) {
  for (const kind of kinds) {
    for (const policy of policies) {
      const name = `${kind}-${policy.toLowerCase()}`;
      use.behave(name, behaviour);
      check(name, await create(use, name));
    }
  }
}

test('a refusal is passed on whatever the failure policy', async (t) => {
  const use = await hooked(t);
  await configured(use);
  for (const [how, { says, code, reason, message, details }] of Object.entries(refusals)) {
    await each(use, deny(says), (name, answer) => {
      const expected = {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `admission webhook "${name}.example.com" denied the request${message}`,
        ...(reason === undefined ? {} : { reason }),
        ...(details === undefined ? {} : { details }),
        code,
      };
      assert.deepEqual(expectCode(answer, code), expected, how);
    });
  }
});

test('what an answer does not say is a refusal', async (t) => {
  const use = await hooked(t);
  await configured(use);
  for (const fields of [{}, { allowed: null }]) {
    await each(use, respond(fields), (name, answer) => {
      const { message } = expectCode(answer, 400);
      assert.equal(message, `admission webhook "${name}.example.com" denied the request without explanation`);
    });
  }
});

test('a refusal may say when to come again', async (t) => {
  const use = await hooked(t);
  await configured(use);
  const status = { code: 429, reason: 'TooManyRequests', message: 'slow', details: { retryAfterSeconds: 7 } };
  await each(use, deny(status), (_, answer) => {
    const { details } = expectFailure(answer, 429, 'TooManyRequests');
    assert.deepEqual(details, { retryAfterSeconds: 7 });
    assert.equal(answer.headers.get('retry-after'), '7');
  });
});

/** Refused with a 500 that says why where the policy is to fail, let through where it is not. */
function decided(name: string, answer: Loose, why: string): void {
  if (name.endsWith('ignore')) return void expectCode(answer, 201);
  const { message, details } = expectFailure(answer, 500, 'InternalError');
  const text = `failed calling webhook "${name}.example.com": ${why}`;
  assert.equal(message, `Internal error occurred: ${text}`);
  assert.deepEqual(details, { causes: [{ message: text }] });
}

test('about what is no answer the failure policy decides', async (t) => {
  const use = await hooked(t);
  await configured(use);
  for (const [behaviour, why] of noAnswers) {
    await each(use, behaviour, (name, answer) => {
      const [{ review }] = use.asked() as [Loose];
      decided(name, answer, why.replace('<uid>', review.request.uid));
    });
  }
});

test('what is an answer all the same', async (t) => {
  const use = await hooked(t);
  await configured(use);
  const good: readonly Behaviour[] = [
    allow({ status: { code: 403, message: 'ignored' } }),
    allow({ unknown: { a: 1 } }),
    (review) => ({ ...review, response: { uid: review.request.uid, allowed: true } }),
    ...[201, 202].map(
      (code): Behaviour =>
        (review, response) =>
          say(code, asGood(review))(review, response),
    ),
    ...['\ufeff', '\n\n  '].map(
      (before): Behaviour =>
        (review, response) =>
          say(200, before + asGood(review))(review, response),
    ),
    ...['nonsense', 'application/yaml', 'application/vnd.kubernetes.protobuf'].map(
      (type): Behaviour =>
        (review, response) =>
          say(200, asGood(review), { 'content-type': type })(review, response),
    ),
    ({ request: { uid } }, response) =>
      say(
        200,
        `apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nresponse: {uid: ${uid}, allowed: true}\n`,
      )(undefined, response),
    (review, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(asGood(review)));
      return undefined;
    },
  ];
  for (const [at, behaviour] of good.entries()) {
    await each(use, behaviour, (name, answer) =>
      assert.equal(answer.status, 201, `${at} ${name} ${answer.text}`),
    );
  }
});

test('a patch is for mutating webhooks, and comes with its type', async (t) => {
  const use = await hooked(t);
  await configured(use);
  const patch = base64([{ op: 'add', path: '/data/p', value: '1' }]);
  const may = (field: string) => `${invalid}validating webhook may not return response.${field}`;
  const alone = (one: string, other: string) =>
    `${invalid}webhook returned response.${one} but not response.${other}`;
  const table: readonly (readonly [fields: object, v: string, m: string | undefined])[] = [
    [{ patch, patchType: 'JSONPatch' }, may('patch'), undefined],
    [{ patch }, may('patch'), alone('patch', 'patchType')],
    [{ patchType: 'JSONPatch' }, may('patchType'), alone('patchType', 'patch')],
    [{ patch, patchType: '' }, may('patch'), `${invalid}webhook returned invalid response.patchType of ""`],
  ];
  for (const [fields, v, m] of table) {
    await each(use, allow(fields), (name, answer) => {
      const why = name.startsWith('v') ? v : m;
      if (why === undefined) expectCode(answer, 201);
      else decided(name, answer, why);
    });
  }
});

test('about what cannot be reached the failure policy decides', async (t) => {
  const use = await hooked(t);
  const { caBundle, port } = use;
  const forOthers = await makeCertificate(
    { hosts: ['other.example.com'], purposes: [purposes.server] },
    await authority,
  );
  const wrongHost = await startWebhook(t, () => 200, forOthers.identity);
  const notTls = await startWebhook(t, () => 200);
  const dead = await freePort();
  const untrusted = base64((await makeAuthority('nobody')).cert);
  const at = (to: string | number) => `https://127.0.0.1:${to}/x`;
  const verify = 'tls: failed to verify certificate: x509: ';
  const unknown = `${verify}certificate signed by unknown authority`;
  const plain = new URL(notTls.url).port;
  const other = new URL(wrongHost.url).port;
  const table: readonly (readonly [client: object, why: string])[] = [
    [
      { url: at(dead) },
      `Post "${at(dead)}?timeout=10s": dial tcp 127.0.0.1:${dead}: connect: connection refused`,
    ],
    [{ url: at(port), caBundle: untrusted }, `Post "${at(port)}?timeout=10s": ${unknown}`],
    [{ url: at(port) }, `Post "${at(port)}?timeout=10s": ${unknown}`],
    [
      { url: at(other), caBundle },
      `Post "${at(other)}?timeout=10s": ${verify}cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs`,
    ],
    [
      { url: `https://localhost:${other}/x`, caBundle },
      `Post "https://localhost:${other}/x?timeout=10s": ${verify}certificate is valid for other.example.com, not localhost`,
    ],
    [
      { url: at(plain), caBundle },
      `Post "${at(plain)}?timeout=10s": http: server gave HTTP response to HTTPS client`,
    ],
  ];
  for (const [index, [clientConfig, why]] of table.entries()) {
    const name = `n${index}-`;
    const hooks = policies.map((failurePolicy) =>
      use.hook(`${name}${failurePolicy.toLowerCase()}`, allow(), {
        failurePolicy,
        clientConfig,
        objectSelector: { matchLabels: { ask: `${name}${failurePolicy.toLowerCase()}` } },
      }),
    );
    await use.validating(`${name}v`, ...hooks);
    for (const policy of policies) {
      const ask = `${name}${policy.toLowerCase()}`;
      decided(ask, await create(use, ask), `${call}${why}`);
    }
  }
});

test('the path of a URL is cleaned', async (t) => {
  const use = await hooked(t);
  const { caBundle, port } = use;
  const paths = { '': '/', '//mutate': '/mutate', '/a//b/': '/a/b', '/a/../b': '/b', '/a%2Fb': '/a%2Fb' };
  const hooks = Object.keys(paths).map((path, at) =>
    use.hook(`h${at}`, allow(), { clientConfig: { url: `https://127.0.0.1:${port}${path}`, caBundle } }),
  );
  for (const path of Object.values(paths)) use.behave(path.slice(1), allow());
  await use.validating('paths', ...hooks);
  expectCode(await create(use, 'any'), 201);
  assert.deepEqual(
    use
      .asked()
      .map(({ url }) => url)
      .sort(),
    Object.values(paths)
      .map((path) => `${path}?timeout=10s`)
      .sort(),
  );
});

test('a webhook is trusted whose own certificate is the bundle', async (t) => {
  const use = await hooked(t);
  const url = `https://127.0.0.1:${use.port}/own`;
  const own = { clientConfig: { url, caBundle: base64(use.certificate) } };
  await use.validating('own', use.hook('own', allow(), own));
  expectCode(await create(use, 'any'), 201);
  assert.deepEqual(use.who(), ['own']);
});

test('a connection that ends without an answer', async (t) => {
  const use = await hooked(t);
  await configured(use);
  const hangUp: Behaviour = (_, response) => {
    response.destroy();
    return undefined;
  };
  await each(use, hangUp, (name, answer) =>
    decided(name, answer, `${call}Post "https://127.0.0.1:${use.port}/${name}?timeout=10s": EOF`),
  );
});

test('an answer that comes too late', { timeout: 20_000 }, async (t) => {
  const use = await hooked(t);
  await configured(use, { timeoutSeconds: 3 });
  await each(
    use,
    (review, response) => {
      use.clock.advance(2_999);
      return allow()(review, response);
    },
    (_, answer) => expectCode(answer, 201),
  );
  const silent: Behaviour = () => {
    use.clock.advance(3_000);
    return undefined;
  };
  await each(use, silent, (name, answer) => {
    const url = `https://127.0.0.1:${use.port}/${name}?timeout=3s`;
    decided(name, answer, `${call}Post "${url}": context deadline exceeded`);
  });
});

test('a request that may take less time than its webhooks', { timeout: 20_000 }, async (t) => {
  const use = await hooked(t);
  const silent: Behaviour = () => {
    use.clock.advance(3_000);
    return undefined;
  };
  await use.validating('v', use.hook('v', silent));
  const { message } = expectFailure(
    await use.api.post(`${configMaps}?timeout=3s`, configMap('a')),
    504,
    'Timeout',
  );
  assert.equal(message, 'Timeout: request did not complete within the allotted timeout');
  expectFailure(await use.api.get(`${configMaps}/a`), 404, 'NotFound');
});

const warningsOf = ({ headers }: Loose): string[] => (headers.get('warning') ?? '').split(/, (?=299 )/);

test('warnings reach the client: those of all webhooks once, also when one refuses', async (t) => {
  const use = await hooked(t);
  const warn = (...warnings: string[]) => allow({ warnings });
  await use.mutating(
    'm',
    use.hook('m1', warn('from m1', 'same')),
    use.hook('m2', warn('from m2', 'same', '')),
  );
  await use.validating('v', use.hook('v1', warn('from v1', 'same', 'say "hi" \\ there')));
  const answer = await use.api.post(configMaps, configMap('a'));
  expectCode(answer, 201);
  assert.deepEqual(warningsOf(answer), [
    '299 - "from m1"',
    '299 - "same"',
    '299 - "from m2"',
    '299 - "from v1"',
    '299 - "say \\"hi\\" \\\\ there"',
  ]);
  use.behave('m2', deny({ message: 'no' }, { warnings: ['from m2'] }));
  const refused = await use.api.post(configMaps, configMap('b'));
  expectCode(refused, 400);
  assert.deepEqual(warningsOf(refused), ['299 - "from m1"', '299 - "same"', '299 - "from m2"']);
});

test('all validating webhooks are asked, of mutating ones none after a refusal', async (t) => {
  const use = await hooked(t);
  await use.validating('v', use.hook('v1', allow()), use.hook('v2', deny({ code: 418, message: 'two' })));
  await use.validating('w', use.hook('w', allow()));
  const refused = expectCode(await use.api.post(configMaps, configMap('a')), 418);
  assert.equal(refused.message, 'admission webhook "v2.example.com" denied the request: two');
  assert.deepEqual(use.who(), ['v1', 'v2', 'w']);
  use.behave('w', deny({ code: 418, message: 'three' }));
  const twice = expectCode(await use.api.post(configMaps, configMap('a')), 418);
  assert.match(
    twice.message,
    /^admission webhook "(v2\.example\.com" denied the request: two|w\.example\.com" denied the request: three)$/,
  );
  assert.deepEqual(use.who(), ['v1', 'v2', 'w']);
  await use.mutating('m', use.hook('m1', deny()), use.hook('m2', allow()));
  expectCode(await use.api.post(configMaps, configMap('a')), 400);
  assert.deepEqual(use.who(), ['m1']);
  use.behave('m1', say(500, 'boom'));
  expectFailure(await use.api.post(configMaps, configMap('a')), 500, 'InternalError');
  assert.deepEqual(use.who(), ['m1']);
});

test('a dry run asks only what has no side effects then', async (t) => {
  const use = await hooked(t);
  for (const sideEffects of ['None', 'NoneOnDryRun']) {
    const name = sideEffects.toLowerCase();
    await use.validating(name, use.hook(name, allow(), { sideEffects }));
  }
  expectCode(await use.api.post(`${configMaps}?dryRun=All`, configMap('a')), 201);
  assert.deepEqual(use.who(), ['none', 'noneondryrun']);
  expectFailure(await use.api.get(`${configMaps}/a`), 404, 'NotFound');
  for (const [sideEffects, why] of [
    ['Some', 'Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    [undefined, 'Required value: must specify one of None, NoneOnDryRun'],
  ]) {
    const body = { metadata: { name: 'x' }, webhooks: [use.hook('x', allow(), { sideEffects })] };
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const { message } = expectFailure(await use.api.post(path, body), 422, 'Invalid');
    assert.equal(
      message,
      `ValidatingWebhookConfiguration.admissionregistration.k8s.io "x" is invalid: webhooks[0].sideEffects: ${why}`,
    );
  }
});

test('the audit log tells what the webhooks said and did', async (t) => {
  const events: Loose[] = [];
  const audit = {
    policy: { rules: [{ level: 'Request' as const, resources: [{ group: '', resources: ['configmaps'] }] }] },
    onEvent: (line: string) => events.push(JSON.parse(line)),
  };
  const use = await hooked(t, { audit });
  const own = { auditAnnotations: { one: 'first', 'two.x': 'second' } };
  await use.mutating('m', use.hook('m-set', set('a')), use.hook('m-own', allow(own)));
  await use.validating(
    'v',
    use.hook('v-other', allow(), { objectSelector: { matchLabels: { no: 'no' } } }),
    use.hook('v-own', allow(own)),
    use.hook('v-dead', say(500, 'boom'), { failurePolicy: 'Ignore' }),
  );
  const about = (webhook: string, more: object) =>
    JSON.stringify({ configuration: 'm', webhook: `${webhook}.example.com`, ...more });
  expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  const { annotations } = events.find(({ stage }) => stage === 'ResponseComplete');
  const said = Object.entries(annotations).filter(([key]) => !key.startsWith('authorization.k8s.io/'));
  assert.deepEqual(Object.fromEntries(said), {
    'm-own.example.com/one': 'first',
    'm-own.example.com/two.x': 'second',
    'v-own.example.com/one': 'first',
    'v-own.example.com/two.x': 'second',
    'failed-open.validating.webhook.admission.k8s.io/round_0_index_1': 'v-dead.example.com',
    'mutation.webhook.admission.k8s.io/round_0_index_0': about('m-set', { mutated: true }),
    'mutation.webhook.admission.k8s.io/round_0_index_1': about('m-own', { mutated: false }),
    'patch.webhook.admission.k8s.io/round_0_index_0': about('m-set', {
      patch: [{ op: 'add', path: '/data/a', value: '1' }],
      patchType: 'JSONPatch',
    }),
  });
});
