import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  headerToken,
  protocolToken,
  withoutCredentials,
} from '../../src/authentication/bearer/presented-tokens.ts';

const encoded = (token: string) =>
  `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;

describe('a token in the Authorization header', () => {
  const rows: [header: string | undefined, tokens: object[], warnings?: number][] = [
    [undefined, []],
    ['', []],
    ['Basic dTpw', []],
    ['Bearer', []],
    ['Bearer ', []],
    ['Bearer a', [{ token: 'a' }]],
    ['bEARER a', [{ token: 'a' }]],
    ['  Bearer a  ', [{ token: 'a' }]],
    ['Bearer a b', [{ token: 'a' }]],
    ['Bearer  a', [], 1],
  ];
  for (const [header, tokens, warnings = 0] of rows) {
    it(`${JSON.stringify(header)} is ${JSON.stringify(tokens)}`, () => {
      const found = headerToken({ authorization: header });
      assert.deepEqual(found.tokens, tokens);
      assert.equal(found.warnings.length, warnings);
    });
  }
});

describe('a token among the protocols of a WebSocket', () => {
  const upgrade = { upgrade: 'WebSocket', connection: 'keep-alive, Upgrade' };
  const rows: [what: string, protocols: string, tokens: object[]][] = [
    ['none', 'v4.channel.k8s.io', []],
    ['one', `v4.channel.k8s.io, ${encoded('geheim')}`, [{ token: 'geheim' }]],
    ['an empty one', `${encoded('')}, v4.channel.k8s.io`, []],
    ['nothing else', encoded('geheim'), [{ invalid: 'missing additional subprotocol' }]],
    [
      'two',
      `x,${encoded('a')},${encoded('b')}`,
      [{ invalid: 'multiple base64.bearer.authorization tokens specified' }],
    ],
    ['no base64', `x,${encoded('a')}=`, [{ invalid: 'invalid base64.bearer.authorization token encoding' }]],
    [
      'no UTF-8',
      'x,base64url.bearer.authorization.k8s.io._w',
      [{ invalid: 'invalid base64.bearer.authorization token' }],
    ],
  ];
  for (const [what, protocols, tokens] of rows) {
    it(what, () =>
      assert.deepEqual(protocolToken({ ...upgrade, 'sec-websocket-protocol': protocols }), tokens),
    );
  }

  it('counts in a request for a WebSocket only', () => {
    const headers = { 'sec-websocket-protocol': `x,${encoded('a')}` };
    assert.deepEqual(protocolToken(headers), []);
    assert.deepEqual(protocolToken({ ...headers, upgrade: 'websocket', connection: 'close' }), []);
  });
});

it('is not left in the headers', () => {
  const headers = {
    accept: '*/*',
    authorization: 'Bearer a',
    'sec-websocket-protocol': `v5.channel.k8s.io,${encoded('a')}, v4.channel.k8s.io`,
  };
  assert.deepEqual(withoutCredentials(headers), {
    accept: '*/*',
    'sec-websocket-protocol': 'v5.channel.k8s.io, v4.channel.k8s.io',
  });
  assert.deepEqual(withoutCredentials({ 'sec-websocket-protocol': encoded('a') }), {});
});
