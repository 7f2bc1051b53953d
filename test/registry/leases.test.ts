import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { openLab, thing } from './lab.ts';

const ttl = { strategy: { ttlSeconds: 1 }, eventTtlSeconds: 60 };

test('R25 what expires is written under a lease that is shared, and renewed by a write', async () => {
  const { create, update, read, clock, registry } = await openLab(ttl);
  const { store } = registry;
  const granted: number[] = [];
  const grant = store.grantLease.bind(store);
  store.grantLease = (ttlSeconds) => {
    granted.push(ttlSeconds);
    return grant(ttlSeconds);
  };
  await create(thing('x'));
  await create(thing('y'));
  assert.deepEqual(granted, [120]);
  clock.advance(59_000);
  await create(thing('z'));
  assert.equal(granted.length, 1);
  clock.advance(2_000);
  await update('y', (old) => ({ ...old, data: { renewed: 'yes' } }));
  assert.equal(granted.length, 2);
  clock.advance(58_000);
  assert.ok(read('x'), 'nothing goes before its time');
  clock.advance(2_000);
  assert.deepEqual([read('x'), read('z')], [undefined, undefined]);
  assert.ok(read('y'));
  clock.advance(120_000);
  assert.equal(read('y'), undefined);
});

test('R25 a lease that could not be granted is asked for again', async () => {
  const { create, registry, read } = await openLab(ttl);
  const { store } = registry;
  const { grantLease } = store;
  store.grantLease = () => Promise.reject(new StoreUnavailableError('busy', false));
  await assert.rejects(create(thing('x')), /busy/);
  store.grantLease = grantLease;
  await create(thing('x'));
  assert.ok(read('x'));
});
