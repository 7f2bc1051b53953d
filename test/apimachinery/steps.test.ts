import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn } from '../../src/apimachinery/clock.ts';
import { finish, finishInTurns, type Steps } from '../../src/apimachinery/steps.ts';

function* three(log: string[]): Steps<string> {
  for (const step of ['one', 'two', 'three']) {
    log.push(step);
    yield;
  }
  return 'done';
}

function* failing(): Steps<never> {
  yield;
  throw new Error('the second step failed');
}

test('finish does all steps at once', () => {
  const log: string[] = [];
  assert.equal(finish(three(log)), 'done');
  assert.deepEqual(log, ['one', 'two', 'three']);
});

test('finishInTurns lets others run between two steps', async () => {
  const log: string[] = [];
  const other = () => {
    log.push('other');
    if (!log.includes('three')) nextTurn(other);
  };
  nextTurn(other);
  assert.equal(await finishInTurns(three(log)), 'done');
  assert.deepEqual(log.slice(0, 5), ['one', 'other', 'two', 'other', 'three']);
});

test('finishInTurns rejects with what a step throws', async () => {
  await assert.rejects(finishInTurns(failing()), /the second step failed/);
});
