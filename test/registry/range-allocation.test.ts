import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocatedPorts, rangeAllocation } from '../../src/registry/allocators/range-allocation.ts';

const range = { from: 30000, to: 32767 };

test('allocated node ports are the bits of a big-endian number, lowest port first', () => {
  // 30000, 30003, 30009: 10 0000 1001.
  const object = rangeAllocation(range, [30009, 30000, 30003]);
  assert.deepEqual(object, {
    apiVersion: 'v1',
    kind: 'RangeAllocation',
    metadata: {},
    range: '30000-32767',
    data: 'Agk=',
  });
  assert.deepEqual([...allocatedPorts(object)].sort(), [30000, 30003, 30009]);
});

test('every port of a range comes back, others are left out', () => {
  const ports = Array.from({ length: 2768 }, (_, i) => 30000 + i);
  assert.deepEqual([...allocatedPorts(rangeAllocation(range, ports))].sort(), ports);
  assert.deepEqual([...allocatedPorts(rangeAllocation(range, [29999, 32768]))], []);
  assert.equal('data' in rangeAllocation(range, []), false);
});

test('another range than the own one is read by what it says', () => {
  const { data } = rangeAllocation({ from: 31000, to: 31010 }, [31002]);
  const object = { apiVersion: 'v1', kind: 'RangeAllocation', metadata: {}, range: '31000-31010', data };
  assert.deepEqual([...allocatedPorts(object)], [31002]);
  assert.throws(() => allocatedPorts({ ...object, range: 'all' }), /have no range: "all"/);
});
