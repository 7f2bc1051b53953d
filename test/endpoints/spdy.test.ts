import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, createDeflate } from 'node:zlib';
import type { MessageChannel } from '../../src/apimachinery/byte-channel.ts';
import { dictionary } from '../../src/endpoints/spdy/headers.ts';
import { type SpdyStream, serveSpdy } from '../../src/endpoints/spdy/session.ts';
import { blocks, control, data, frame, open, uint32 } from '../helpers/spdy.ts';
import { until } from '../helpers/until.ts';

/** A session whose other side the test is. */
function session(accept = true) {
  const sent: Buffer[] = [];
  const closing = new AbortController();
  let receive: (message: Buffer) => void | Promise<void> = () => {};
  const channel: MessageChannel = {
    protocol: '',
    closed: closing.signal,
    send: async (message) => void sent.push(Buffer.from(message)),
    sendText: async () => {},
    receive: (callback) => (receive = callback),
    close: () => closing.abort(),
  };
  const streams: (SpdyStream & { told: string })[] = [];
  const over = serveSpdy(channel, (stream) => {
    const entry = { ...stream, told: '' };
    if (accept) streams.push(entry);
    return accept
      ? {
          take: (bytes) => void (entry.told += Buffer.from(bytes)),
          ended: () => void (entry.told += '|end'),
          reset: () => void (entry.told += '|reset'),
        }
      : undefined;
  });
  return { streams, sent, over, closing, take: async (bytes: Buffer) => receive(bytes) };
}

describe('SPDY', () => {
  it('is read wherever its bytes are cut', async () => {
    const block = blocks();
    const bytes = Buffer.concat([
      control(4, uint32(0)),
      open(1, await block({ streamType: 'error', port: '80' })),
      data(1, '', true),
      open(3, await block({ streamType: 'data', port: '80', requestID: '0' })),
      data(3, 'hello '),
      control(6, uint32(1)),
      data(3, 'world', true),
    ]);
    for (const size of [1, 2, 3, 7, 8, 9, 50, bytes.length]) {
      const { streams, sent, take, closing, over } = session();
      for (let at = 0; at < bytes.length; at += size) await take(bytes.subarray(at, at + size));
      assert.deepEqual(
        streams.map(({ headers, told }) => [Object.fromEntries(headers), told]),
        [
          [{ streamtype: 'error', port: '80' }, '|end'],
          [{ streamtype: 'data', port: '80', requestid: '0' }, 'hello world|end'],
        ],
        String(size),
      );
      // Both are answered, and the ping.
      assert.deepEqual(
        sent.map((one) => one.subarray(0, 4).toString('hex')),
        ['80030002', '80030002', '80030006'],
      );
      await streams[1]!.send(Buffer.from('answer'));
      streams[1]!.end();
      streams[1]!.end();
      await streams[1]!.send(Buffer.from('late'));
      assert.deepEqual(Buffer.concat(sent.slice(3)), Buffer.concat([data(3, 'answer'), data(3, '', true)]));
      closing.abort();
      await over;
      assert.deepEqual(
        streams.map(({ told }) => told),
        ['|end|reset', 'hello world|end'],
      );
    }
  });

  it('tells who reads a stream that it was reset, and lets nothing be sent on it', async () => {
    const { streams, sent, take } = session();
    await take(open(1, await blocks()({ a: 'b' })));
    await take(control(3, uint32(1), uint32(5)));
    await take(data(1, 'late'));
    assert.equal(streams[0]!.told, '|reset');
    await streams[0]!.send(Buffer.from('nothing'));
    assert.equal(sent.length, 1);
  });

  it('refuses streams that nobody wants', async () => {
    const { sent, take } = session(false);
    await take(open(1, await blocks()({ a: 'b' })));
    assert.equal(sent.at(-1)!.toString('hex'), '80030003000000080000000100000003');
  });

  const bad: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
    'another version': () => frame(Buffer.from([0x80, 2, 0, 1]), 0, Buffer.alloc(10)),
    'a frame that is too large': () => Buffer.concat([Buffer.from([0x80, 3, 0, 1]), uint32(0xff_ffff)]),
    'no zlib': () => open(1, Buffer.from('not compressed')),
    'another dictionary': () => open(1, Buffer.from([0x78, 0xbb, 1, 2, 3, 4, 0])),
    'headers that end too early': async () => {
      const deflate = createDeflate({ dictionary: dictionary(), flush: constants.Z_SYNC_FLUSH });
      await new Promise((resolve) => deflate.write(Buffer.concat([uint32(1), uint32(900)]), resolve));
      return open(1, deflate.read());
    },
    'a million headers': async () => {
      const deflate = createDeflate({ dictionary: dictionary(), flush: constants.Z_SYNC_FLUSH });
      await new Promise((resolve) =>
        deflate.write(Buffer.concat([uint32(1_000_000), Buffer.alloc(1_000_000)]), resolve),
      );
      return open(1, deflate.read());
    },
    'an even number': async () => open(2, await blocks()({ a: 'b' })),
    'the same number twice': async () => {
      const block = blocks();
      return Buffer.concat([open(1, await block({ a: 'b' })), open(1, await block({ a: 'b' }))]);
    },
    'a frame that is too short': () => control(3, Buffer.alloc(2)),
    'a goodbye': () => control(7, uint32(0), uint32(0)),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    it(`${what} ends the connection`, async () => {
      const { take, over } = session();
      await take(await bytes());
      await over;
    });
  }

  it('has a thousand streams at most', async () => {
    const { streams, sent, take, closing } = session();
    const block = blocks();
    for (let at = 0; at < 1_001; at++) await take(open(2 * at + 1, await block({ n: String(at) })));
    await until(() => sent.length === 1_001);
    assert.equal(streams.length, 1_000);
    assert.equal(sent.at(-1)!.subarray(0, 4).toString('hex'), '80030003');
    closing.abort();
  });
});
