import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

/** What is planted; every one of them is looked for, in the forms in which it might come out. */
const planted: string[] = [];
function secret(): string {
  const made = `geheim${String(planted.length).padStart(3, '0')}zzq`;
  planted.push(made);
  return made;
}

const forms = (word: string): string[] => [
  word,
  Buffer.from(word).toString('hex'),
  // Whatever stands before it, one of three shifts of base64 has its middle.
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${'x'.repeat(shift)}${word}`)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  ),
];

function assertClean(what: string, output: string): void {
  for (const word of planted) {
    for (const form of forms(word)) assert.ok(!output.includes(form), `${what} tells ${word}: ${output}`);
  }
}

const base64 = (value: string) => Buffer.from(value).toString('base64');
const encoded = (token: string) =>
  `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** With the administrator's certificate. */
  readonly asAdmin?: boolean;
}

/** Requests that bring secrets, good and bad. */
function requests(known: { token: string; password: string }, issued: string): Sent[] {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const basic = (user: string, password: string) => ({
    authorization: `Basic ${base64(`${user}:${password}`)}`,
  });
  const upgrade = { upgrade: 'websocket', connection: 'close, upgrade' };
  const secrets = '/api/v1/namespaces/default/secrets';
  const post = (path: string, body: unknown, headers = {}): Sent => ({
    method: 'POST',
    path,
    body,
    headers: { 'content-type': 'application/json', ...headers },
    asAdmin: true,
  });
  const data = () => ({ password: base64(secret()) });
  return [
    { path: '/api', headers: bearer(secret()) },
    { path: '/api', headers: bearer(known.token) },
    { path: '/api', headers: bearer(issued) },
    { path: '/api', headers: { authorization: `Bearer  ${secret()}` } },
    { path: '/api', headers: { authorization: `Digest ${secret()}` } },
    { path: '/api', headers: basic('anna', secret()) },
    { path: '/api', headers: basic('anna', known.password) },
    { path: '/api', headers: { ...upgrade, 'sec-websocket-protocol': `x, ${encoded(secret())}` } },
    { path: '/api', headers: { 'sec-websocket-protocol': `${encoded(secret())}` } },
    { path: `/api/v1/namespaces/default/pods?access_token=${secret()}&limit=x` },
    { path: `/api/v1/nodes?access%5Ftoken=${known.token}&timeout=never` },
    { path: `/apis?username=anna&password=${secret()}` },
    { path: `/apis?username=anna&password=${known.password}` },
    { path: `/nowhere?access_token=${secret()}`, asAdmin: true },
    post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: secret() } }),
    post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: [secret()] } }),
    post('/apis/authentication.k8s.io/v1/tokenreviews?fieldValidation=Strict', { spec: { tokn: secret() } }),
    post('/apis/authentication.k8s.io/v1/tokenreviews', `{"spec":{"token":"${secret()}`),
    post(secrets, { metadata: { name: 'good' }, data: data(), stringData: { other: secret() } }),
    post(secrets, { metadata: { name: 'good' }, data: data() }),
    post(secrets, { metadata: { name: 'Bad_Name' }, data: data() }),
    post(secrets, { metadata: { name: 'bad' }, data: { password: `${secret()}!` } }),
    post(secrets, { metadata: { name: 'bad' }, data: { password: [secret()] } }),
    post(secrets, { metadata: { name: 'bad' }, stringData: { password: { value: secret() } } }),
    post(secrets, {
      metadata: { name: 'bad' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': secret() },
    }),
    post(secrets, `apiVersion: v1\nstringData: {a: "${secret()}"`, { 'content-type': 'application/yaml' }),
    { ...post(secrets, undefined), method: 'DELETE', path: `${secrets}/none` },
    {
      ...post(`${secrets}/good`, { data: data(), type: 'other' }),
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
    },
    {
      ...post(`${secrets}/good`, [{ op: 'test', path: '/data/password', value: base64(secret()) }]),
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
    },
    post('/api/v1/namespaces/default/serviceaccounts/robot/token', {
      spec: { expirationSeconds: 1 },
      status: { token: secret() },
    }),
  ];
}

it('secrets do not come out: not in errors, not in the log, not in metrics, not in audit', async (t) => {
  const dir = await temporaryDirectory(t);
  const at = (name: string) => join(dir, name);
  const known = { token: secret(), password: secret() };
  await writeFile(at('tokens.csv'), `${known.token},anna,1\n${secret()},bert\n`);
  await writeFile(at('passwords.csv'), `${known.password},anna,1\n`);
  await writeFile(
    at('policy.yaml'),
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n',
  );
  const flags = [
    `--token-auth-file=${at('tokens.csv')}`,
    `--basic-auth-file=${at('passwords.csv')}`,
    '--enable-query-token',
    '--enable-bootstrap-token-auth',
    `--audit-policy-file=${at('policy.yaml')}`,
    `--audit-log-path=${at('audit.log')}`,
    '-v=10',
  ];

  const refused = runBinnacle(t, '--secure-port=0', `--data-dir=${at('refused')}`, ...flags);
  assert.equal(await refused.exited, 1);
  assert.match(refused.err(), /tokens\.csv:2: must have at least 3 columns/);
  assertClean('a refusal to start', refused.out() + refused.err());

  await writeFile(at('tokens.csv'), `${known.token},anna,1\n${known.token},bert,2\n`);
  const server = await startBinnacle(t, at('data'), ...flags);
  const { ca, cert, key } = server.tls;
  const send = async ({ method = 'GET', path, headers = {}, body, asAdmin = false }: Sent) => {
    const identity = asAdmin ? { cert, key } : {};
    const request = https.request(`${server.url}${path}`, { method, headers, ca, ...identity, agent: false });
    request.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { code: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  };
  const account = { metadata: { name: 'robot' } };
  await send({
    method: 'POST',
    path: '/api/v1/namespaces/default/serviceaccounts',
    body: account,
    asAdmin: true,
  });
  const issuing = '/api/v1/namespaces/default/serviceaccounts/robot/token';
  const issued = await send({ method: 'POST', path: issuing, body: { spec: {} }, asAdmin: true });
  const { token } = JSON.parse(issued.body).status;
  planted.push(token.split('.')[2]);

  const codes: number[] = [];
  for (const one of requests(known, token)) {
    const answer = await send(one);
    codes.push(answer.code);
    // What was asked for is answered to who may have it; a refusal never says what it refuses.
    if (answer.code >= 300) assertClean(`${one.path} (${answer.code})`, JSON.stringify(answer));
  }
  for (const code of [200, 201, 400, 401, 404, 409, 422])
    assert.ok(codes.includes(code), `${code} in ${codes}`);
  assertClean('/metrics', (await send({ path: '/metrics', asAdmin: true })).body);
  assert.equal(await server.stop(), 0);
  assert.match(server.err(), / debug /);
  assertClean('the log', server.out() + server.err());
  const logs = (await readdir(dir)).filter((name) => name.startsWith('audit'));
  const audited = (await Promise.all(logs.map((name) => readFile(at(name), 'utf8')))).join('');
  assert.match(audited, /"requestURI":"\/api\/v1\/namespaces\/default\/pods\?limit=x"/);
  assertClean('the audit log', audited);
});
