import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodeProtobuf, openProtobuf } from '../../src/scheme/codec/protobuf/decode.ts';
import { toProtobuf } from '../fuzz/to-protobuf.ts';

const decoded = (spec: object): unknown => {
  const schema = 'io.k8s.api.coordination.v1.Lease';
  const body = toProtobuf({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec }, schema);
  return decodeProtobuf(openProtobuf(body).raw, schema)['spec'];
};

it('times with microseconds keep them', () => {
  for (const renewTime of [
    '2023-11-14T22:13:20.123456Z',
    '2023-11-14T22:13:20.000007Z',
    '2023-11-14T22:13:20.999999Z',
    '1969-12-31T23:59:59.999001Z',
    '2023-11-14T22:13:20.000000Z',
  ]) {
    assert.deepEqual(decoded({ renewTime }), { renewTime });
  }
  assert.deepEqual(decoded({ renewTime: '2023-11-14T22:13:20.123456789Z' }), {
    renewTime: '2023-11-14T22:13:20.123456Z',
  });
});
