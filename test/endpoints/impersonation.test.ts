import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http2 from 'node:http2';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { apiOver } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const body = '{}';

type Headers = Readonly<Record<string, string | readonly string[]>>;
type Ask = (headers: Headers) => Promise<string>;

let use: Bench;
const transports: Record<string, Ask> = {
  'in-process': async (headers) => (await apiOver(use.cluster.fetch).post(path, {}, headers)).text,
};

before(async () => {
  use = await bench();
  const { url, kubeconfigPath } = await use.cluster.listen();
  const { clusters, users } = parse(await readFile(kubeconfigPath, 'utf8'));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const identity = {
    ca: bytes(clusters[0].cluster['certificate-authority-data']),
    cert: bytes(users[0].user['client-certificate-data']),
    key: bytes(users[0].user['client-key-data']),
  };
  transports['HTTP/1.1'] = (headers) =>
    new Promise((resolve, reject) => {
      const asked = { ...identity, agent: false, method: 'POST', headers: mutable(headers) } as const;
      const request = https.request(`${url}${path}`, asked, async (response) =>
        resolve(Buffer.concat(await response.toArray()).toString()),
      );
      request.on('error', reject).end(Buffer.from(body));
    });
  transports['HTTP/2'] = async (headers) => {
    const session = http2.connect(url, identity);
    const stream = session.request({ ':method': 'POST', ':path': path, ...mutable(headers) });
    stream.end(body);
    const text = Buffer.concat(await stream.toArray()).toString();
    session.close();
    return text;
  };
});
after(() => use.cluster.close());

const mutable = (headers: Headers): Record<string, string | string[]> => ({
  'content-type': 'application/json',
  ...(headers as Record<string, string | string[]>),
});

for (const transport of ['in-process', 'HTTP/1.1', 'HTTP/2']) {
  test(`values of repeated Impersonate headers stay apart: ${transport}`, async () => {
    const ask = transports[transport]!;
    const { userInfo } = JSON.parse(
      await ask({
        'impersonate-user': 'x, y',
        'impersonate-group': ['a, b', 'c'],
        'impersonate-extra-scope': ['1,2', '3, 4'],
        'impersonate-extra-one': 'p, q',
      }),
    ).status;
    assert.deepEqual(userInfo, {
      username: 'x, y',
      groups: ['a, b', 'c', 'system:authenticated'],
      extra: { one: ['p, q'], scope: ['1,2', '3, 4'] },
    });
    const bytes = Buffer.from('jürgen').toString('latin1');
    const inUtf8 = JSON.parse(await ask({ 'impersonate-user': bytes }));
    assert.equal(inUtf8.status.userInfo.username, 'jürgen');
    const first = JSON.parse(await ask({ 'impersonate-user': ['jane', 'june'] }));
    assert.equal(first.status.userInfo.username, 'jane');
  });
}
