import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { isRecord } from '../../../src/apimachinery/object.ts';
import { type Answer, connect, exchange, objectOf, readAll, requestBytes, type Sent, send } from '../h1.ts';
import type { HostileServer } from '../server.ts';
import { allowed, type Case, configMaps, refused } from './case.ts';

/** Whatever the answer: nothing of another namespace or resource is in it. */
function leaksNothing({ status, body }: Answer): void {
  assert.ok(status === 0 || (status >= 200 && status < 500), `${status} ${body.toString('latin1', 0, 300)}`);
  assert.doesNotMatch(body.toString(), /"bird":"(?:yellow|eWVsbG93)"/);
}

const quiet = (name: string, sent: Sent): Case => ({
  name,
  run: async (server) => leaksNothing(await server.send(sent)),
});

/** Paths that try to be somewhere else than they are. */
const tricks = [
  '/api/v1/namespaces/default/../canary/secrets/bird',
  '/api/v1/namespaces/default/%2e%2e/canary/secrets/bird',
  '/api/v1/namespaces/default/configmaps/..%2f..%2f..%2fcanary%2fsecrets%2fbird',
  '/api/v1/namespaces/default/configmaps/%2e%2e%2f%2e%2e%2f%2e%2e%2fcanary%2fsecrets%2fbird',
  '/api/v1/namespaces/default%2f..%2fcanary/secrets/bird',
  '/api/v1/namespaces/default/configmaps/../secrets/bird',
  '/api/v1/namespaces/default/configmaps/bird%2f..%2f..%2f..%2fcanary%2fsecrets%2fbird',
  '/api/v1/namespaces/..%2fcanary/secrets/bird',
  '/api/v1/namespaces/%2e/secrets',
  '/api/v1/namespaces/..',
  '/api/v1/namespaces/%252e%252e/secrets',
  '/api/v1/namespaces//secrets/bird',
  '/api/v1//namespaces/canary/secrets/bird',
  '//api/v1/namespaces/canary/secrets/bird',
  '/api//v1/namespaces/canary/secrets/bird',
  '/api/v1/namespaces/canary//secrets/bird',
  '/api/v1/namespaces/canary/secrets//bird',
  '/api/v1/namespaces/canary;/secrets/bird',
  '/api/v1/namespaces/canary/secrets;a=b/bird',
  '/api/v1/namespaces/canary/secrets/bird;.json',
  '/api/v1/namespaces/canary/secrets/bird%00',
  '/api/v1/namespaces/canary/secrets/%00bird',
  '/api/v1/namespaces/canary%00/secrets',
  '/api/v1/namespaces/canary/secrets/bird%20',
  '/api/v1/namespaces/CANARY/secrets/bird',
  '/api/v1/namespaces/canary/Secrets/bird',
  '/api/v1/namespaces/canary/secrets\\bird',
  '/api/v1/namespaces/canary/secrets/bird/',
  '/api/v1/namespaces/canary/secrets/bird/status',
  '/api/v1/namespaces/canary/secrets/bird/../bird/x',
  '/api/v1/namespaces/*/secrets/bird',
  '/api/v1/namespaces/default/configmaps/*',
  '/api/v1/namespaces/default/configmaps/%',
  '/api/v1/namespaces/default/configmaps/%zz',
  '/api/v1/namespaces/default/configmaps/%ff%fe',
  '/api/v1/namespaces/default/configmaps/%c0%af',
  '/api/v1/namespaces/default/configmaps/%ed%a0%80',
  '/api/v1/namespaces/default/configmaps/%f0%9f%98%80',
  '/api/v1/namespaces/default/configmaps/%0d%0aSet-Cookie:x',
  '/api/v1/watch/../namespaces/canary/secrets/bird',
  '/api/v1/proxy/namespaces/canary/services/bird',
  '/api/v1/namespaces/default/services/..:..:../proxy/../../..',
  '/api/v1/namespaces/default/services/:bird:/proxy/%2e%2e/',
  '/apis/../api/v1/namespaces/canary/secrets/bird',
  '/openapi/v3/../../api/v1/namespaces/canary/secrets/bird',
  '/openapi/v3/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/healthz/../../api/v1/namespaces/canary/secrets/bird',
  '/healthz/%2e%2e',
  '/.well-known/openid-configuration',
  '/static/../../../etc/passwd',
  '/..',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/api/v1/namespaces/default/configmaps?namespace=canary',
  '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.namespace%3Dcanary',
  '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name%3D..%2F..%2Fcanary%2Fconfigmaps%2Fbird',
  '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3D..%252fcanary%252fbird',
];

const empty = '/api/v1/namespaces/default/services';
const ownBird = { path: '/api/v1/namespaces/default/configmaps/bird' };

/** The default namespace has a canary of its own, which reads of it may show. */
const isOwn = (path: string) =>
  /^\/api\/v1\/namespaces\/(canary|default)\/(secrets|configmaps)(\?|$|\/bird\/?$|\/\/bird|$)/.test(path);

/** What may be shown when a path means the same as a plain one: the canary it names, and no other. */
const trick = (path: string): Case => ({
  name: `GET ${path}`,
  async run(server) {
    const answer = await server.send({ path });
    if (!isOwn(path) && answer.status === 200) leaksNothing(answer);
    assert.ok(answer.status === 0 || answer.status < 500, `${answer.status} ${answer.body}`);
    if (answer.status >= 400) assert.equal(objectOf(answer)?.['kind'] ?? 'Status', 'Status');
    // The same way with a verb that would do harm.
    if (!isOwn(path)) {
      const gone = await server.send({ method: 'DELETE', path });
      const nothing = gone.status === 200 && gone.body.includes('"items":[]');
      assert.ok(
        nothing || gone.status === 0 || (gone.status >= 400 && gone.status < 500),
        `DELETE answered ${gone.status} ${gone.body}`,
      );
    }
  },
});

const methods = [
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'LINK',
  'PURGE',
  'SEARCH',
  'M-SEARCH',
  'LOCK',
  'QUERY',
];

async function h2(server: HostileServer, headers: http2.OutgoingHttpHeaders): Promise<Answer> {
  const { port, ca, cert, key } = server.credentials;
  const session = http2.connect(`https://127.0.0.1:${port}`, {
    ca,
    cert,
    key,
    maxSendHeaderBlockLength: 1_000_000,
  });
  session.on('error', () => {});
  try {
    return await new Promise<Answer>((resolve) => {
      const stream = session.request(headers, { endStream: true });
      const chunks: Buffer[] = [];
      let status = 0;
      stream.on('response', (sent) => {
        status = Number(sent[':status']);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => {});
      stream.on('close', () => resolve({ status, headers: new Map(), body: Buffer.concat(chunks) }));
    });
  } finally {
    session.destroy();
  }
}

const overH2 = (name: string, headers: http2.OutgoingHttpHeaders, codes: readonly number[]): Case => ({
  name: `HTTP/2: ${name}`,
  async run(server) {
    const { status, body } = await h2(server, headers);
    assert.ok(codes.includes(status), `${status} ${body.toString('latin1', 0, 300)}`);
  },
});

const raw = (name: string, text: string, codes: readonly number[]): Case => ({
  name,
  async run({ credentials }) {
    const { status, body } = await exchange(credentials, Buffer.from(text, 'latin1'));
    assert.ok(codes.includes(status), `${status} ${body.toString('latin1', 0, 300)}`);
  },
});

export const paths: readonly Case[] = [
  ...tricks.map(trick),
  refused('a name of 10,000 characters', { path: `${configMaps}/${'a'.repeat(10_000)}` }, [400, 404]),
  refused('a path of 5,000 segments', { path: `/api/v1${'/a'.repeat(5_000)}` }, [400, 404]),
  refused('a path of 20,000 slashes', { path: '/'.repeat(20_000) }, [400, 404]),
  refused(
    'a query of 30,000 characters',
    { path: `${configMaps}?labelSelector=${'a'.repeat(30_000)}` },
    [400, 414],
  ),
  quiet('4,000 query parameters', { path: `${empty}?${'a=1&'.repeat(4_000)}` }),
  quiet('a query of bad escapes', { path: `${empty}?labelSelector=%zz&limit=%ff&%00=%00` }),
  quiet('a query of nothing but signs', { path: `${empty}?&&==&?;#` }),
  raw(
    'a path that is no path',
    'GET http://evil/api/v1/namespaces HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    [200, 400, 404],
  ),
  raw(
    'a path that is a star',
    'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    [400, 403, 404, 405],
  ),
  raw('no path', 'GET  HTTP/1.1\r\nhost: x\r\n\r\n', [0, 400]),
  raw('no host', 'GET /readyz HTTP/1.1\r\nconnection: close\r\n\r\n', [0, 400]),
  raw('a version from the future', 'GET /readyz HTTP/9.9\r\nhost: x\r\n\r\n', [0, 400, 505]),
  raw('HTTP/0.9', 'GET /readyz\r\n\r\n', [0, 200, 400]),
  raw('HTTP/1.0', 'GET /readyz HTTP/1.0\r\n\r\n', [200]),
  raw('a space in a header name', 'GET /readyz HTTP/1.1\r\nhost : x\r\n\r\n', [0, 400]),
  raw(
    'a folded header',
    'GET /readyz HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\nconnection: close\r\n\r\n',
    [0, 200, 400],
  ),
  raw('line feeds alone', 'GET /readyz HTTP/1.1\nhost: x\nconnection: close\n\n', [0, 200, 400]),
  raw('a NUL in a header', 'GET /readyz HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n', [0, 400]),
  raw(
    'a smuggled request',
    'POST /readyz HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /version HTTP/1.1\r\n\r\n',
    [0, 400],
  ),
  raw('headers of 200 KB', `GET /readyz HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(200_000)}\r\n\r\n`, [0, 431]),
  raw('40,000 headers', `GET /readyz HTTP/1.1\r\nhost: x\r\n${'a:b\r\n'.repeat(40_000)}\r\n`, [0, 431]),
  raw(
    'a request line of 200 KB',
    `GET /${'x'.repeat(200_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    [0, 400, 414, 431],
  ),
  raw('CONNECT', 'CONNECT kubernetes:443 HTTP/1.1\r\nhost: x\r\n\r\n', [0, 400, 404, 405]),
  raw('a method that does not exist', 'FROBNICATE /api HTTP/1.1\r\nhost: x\r\n\r\n', [0, 400, 405]),
  raw(
    'an upgrade to WebSocket',
    'GET /api/v1/namespaces/default/configmaps HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    [0, 200, 400, 426],
  ),
  raw(
    'an upgrade to SPDY on exec',
    'POST /api/v1/namespaces/default/pods/p/exec HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: SPDY/3.1\r\ncontent-length: 0\r\n\r\n',
    [0, 400, 404, 503],
  ),
  raw(
    'an upgrade to h2c',
    'GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n',
    [0, 200, 400],
  ),
  raw('an HTTP/2 preface on HTTP/1.1', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [0, 400, 505]),
  raw(
    'expect: something',
    'GET /readyz HTTP/1.1\r\nhost: x\r\nexpect: the-unexpected\r\nconnection: close\r\n\r\n',
    [200, 417],
  ),
  ...methods.map((method) => ({
    name: `${method} on a collection, an object and a document`,
    async run({ credentials }: HostileServer) {
      for (const path of [configMaps, ownBird.path, '/readyz']) {
        const { status } = await send(credentials, { method, path });
        // What is no resource may be read by any method.
        const expected = path === '/readyz' ? [0, 200, 400, 405] : [0, 400, 404, 405];
        assert.ok(expected.includes(status), `${path} answered ${status}`);
      }
    },
  })),
  allowed('HEAD of a collection', { method: 'HEAD', path: configMaps }, 405, ({ body }) =>
    assert.equal(body.length, 0),
  ),
  refused('POST to an object', { method: 'POST', path: ownBird.path, body: '{}' }, [404, 405]),
  refused('PUT to a collection', { method: 'PUT', path: configMaps, body: '{}' }, [404, 405]),
  refused(
    'PATCH of a collection',
    {
      method: 'PATCH',
      path: configMaps,
      body: '{}',
      headers: [['content-type', 'application/merge-patch+json']],
    },
    [404, 405],
  ),
  ...['constructor', '__proto__', 'toString', 'get', 'G'].map((method) =>
    overH2(`the method ${method}`, { ':method': method, ':path': configMaps }, [0, 400, 405]),
  ),
  overH2('CONNECT', { ':method': 'CONNECT', ':authority': 'x:443' }, [0, 400, 404, 405]),
  overH2('headers of 100 KB', { ':path': '/readyz', a: 'x'.repeat(100_000) }, [0, 431]),
  overH2('headers of 500 KB', { ':path': '/readyz', a: 'x'.repeat(500_000) }, [0, 431]),
  overH2(
    '5,000 headers',
    { ':path': '/readyz', ...Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a${i}`, 'b'])) },
    [0, 431],
  ),
  overH2('a path without a slash', { ':path': 'api/v1/namespaces' }, [0, 400, 404]),
  overH2('no path', { ':path': '' }, [0, 400, 404]),
  overH2('a path of bytes', { ':path': '/\xff\xfe\x80' }, [0, 400, 404]),
  overH2('a length that lies', { ':path': configMaps, ':method': 'POST', 'content-length': '100' }, [0, 400]),
  ...[
    'application/xml',
    'text/html',
    'image/*;q=1',
    'application/json;q=0',
    ';;;',
    ',',
    '"',
    'application/json;as=Constructor;v=v1;g=meta.k8s.io',
    `${'a/b,'.repeat(5_000)}`,
  ].map((accept) =>
    refused(`Accept ${accept.slice(0, 40)}`, { path: configMaps, headers: [['accept', accept]] }, 406),
  ),
  allowed(
    'Accept with a broken quality',
    { path: configMaps, headers: [['accept', 'application/json;q=__proto__, */*;q=0.1']] },
    200,
  ),
  allowed('a Range header', { path: configMaps, headers: [['range', 'bytes=0-1,5-6,-1']] }, 200),
  allowed(
    'Accept-Encoding of everything',
    { path: configMaps, headers: [['accept-encoding', `${'gzip;q=0,'.repeat(2_000)}br`]] },
    200,
  ),
  {
    name: 'a name in another namespace through an encoded slash is not found by any verb',
    async run(server) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const { status, body } = await server.send({
          method,
          path: `${configMaps}/..%2f..%2fcanary%2fconfigmaps%2fbird`,
          headers: [
            ['content-type', method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'],
          ],
          ...(method === 'GET' ? {} : { body: '{}' }),
        });
        assert.ok(status >= 400 && status < 500, `${method} answered ${status} ${body}`);
      }
    },
  },
  {
    name: 'pipelined requests are answered one after the other',
    async run({ credentials }) {
      const one = requestBytes({ path: '/readyz' })
        .toString('latin1')
        .replace('connection: close', 'connection: keep-alive');
      const text = one.repeat(200) + requestBytes({ path: '/version' }).toString('latin1');
      const socket = await connect(credentials);
      socket.write(Buffer.from(text, 'latin1'));
      const answers = (await readAll(socket)).toString();
      assert.equal(answers.split('HTTP/1.1 200').length, 202);
      assert.match(answers, /gitVersion/);
    },
  },
  {
    name: 'error messages do not echo what would break a header or a log',
    async run(server) {
      const answer = await server.send({ path: `${configMaps}/%0d%0aX-Evil:%201` });
      assert.ok(!answer.headers.has('x-evil'));
      assert.ok(isRecord(objectOf(answer)));
    },
  },
];
