import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecentEncodings } from '../../src/apimachinery/recent-encodings.ts';

test('encodings are found again by thing and form', () => {
  const encodings = createRecentEncodings(1_000);
  const [one, other] = [{}, {}];
  encodings.set(one, 'json', Buffer.from('a'));
  encodings.set(one, 'table', Buffer.from('b'));
  encodings.set(other, 'json', Buffer.from('c'));
  assert.equal(String(encodings.get(one, 'json')), 'a');
  assert.equal(String(encodings.get(one, 'table')), 'b');
  assert.equal(String(encodings.get(other, 'json')), 'c');
  assert.equal(encodings.get(other, 'table'), undefined);
  assert.equal(encodings.get({}, 'json'), undefined);
});

test('no more than the limit is kept, whatever comes', () => {
  const encodings = createRecentEncodings(1_000);
  const things = Array.from({ length: 50 }, () => ({}));
  for (const thing of things) {
    encodings.set(thing, 'json', Buffer.alloc(60));
    // The same again counts once.
    encodings.set(thing, 'json', Buffer.alloc(60));
    encodings.set(thing, 'table', Buffer.alloc(40));
  }
  const kept = things.map((thing) => ['json', 'table'].filter((form) => encodings.get(thing, form)).length);
  assert.deepEqual(kept, [...Array<number>(40).fill(0), ...Array<number>(10).fill(2)]);
  encodings.set({}, 'json', Buffer.alloc(2_000));
  assert.ok(things.every((thing) => encodings.get(thing, 'json') === undefined));
  const last = {};
  encodings.set(last, 'json', Buffer.alloc(900));
  assert.ok(encodings.get(last, 'json'));
});
