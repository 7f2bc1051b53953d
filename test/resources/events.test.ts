import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloneJson } from '../../src/apimachinery/object.ts';
import { definition as coreEvents } from '../../src/resources/core/events/definition.ts';
import { definition as newEvents } from '../../src/resources/events/events/definition.ts';
import { cells, columns, contextOf, manifest, texts } from './helper.ts';

const regarding = { kind: 'Pod', namespace: 'default', name: 'web' };

const written = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'default' },
  regarding,
  note: 'said something',
  reason: 'Said',
  type: 'Normal',
  action: 'Saying',
  eventTime: '2026-01-01T00:00:00.000000Z',
  reportingController: 'example.com/talker',
  reportingInstance: 'talker-0',
};

test('events are stored in their core form, whichever group they come through', () => {
  const [version] = newEvents.versions;
  const stored = version!.toStored!(cloneJson(written));
  const { regarding: _, note: __, reportingController: ___, ...same } = written;
  assert.deepEqual(stored, {
    ...same,
    involvedObject: regarding,
    message: 'said something',
    reportingComponent: 'example.com/talker',
  });
  assert.equal(newEvents.selectableFields['regarding.name']!(stored), 'web');
  assert.equal(newEvents.selectableFields['reportingController']!(stored), 'example.com/talker');
  assert.equal(coreEvents.selectableFields['source']!(stored), 'example.com/talker');
  assert.deepEqual(version!.fromStored!(stored), written);
});

describe('validation', () => {
  const check = (definition: typeof coreEvents, fields: Record<string, unknown>) =>
    texts(definition.strategy.validate!(manifest(definition, fields), contextOf()));
  const complete = {
    involvedObject: regarding,
    reason: 'r',
    type: 'Normal',
    action: 'a',
    eventTime: written.eventTime,
    reportingComponent: 'c',
    reportingInstance: 'i',
  };

  test('old events need the namespace of their object', () => {
    assert.deepEqual(check(coreEvents, { involvedObject: { ...regarding, namespace: 'other' } }), [
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ]);
    assert.deepEqual(check(coreEvents, { involvedObject: {} }), []);
  });

  test('events with a time name who reports', () => {
    assert.deepEqual(check(coreEvents, { ...complete, reportingInstance: '', action: '' }), [
      'reportingInstance: Required value',
      'action: Required value',
    ]);
    assert.deepEqual(check(coreEvents, complete), []);
  });

  test('events.k8s.io wants the new fields only', () => {
    assert.deepEqual(check(newEvents, { ...complete, type: 'Odd', count: 2, source: { host: 'h' } }), [
      'type: Invalid value: "": has invalid value: Odd',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ]);
    const old = manifest(newEvents, complete);
    const changed = manifest(newEvents, { ...complete, reason: 'other', series: { count: 1 } });
    assert.deepEqual(texts(newEvents.strategy.validateUpdate!(changed, old, contextOf())), [
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'reason: Invalid value: "other": field is immutable',
    ]);
  });
});

test('events show up in a table, the newest sight first', () => {
  assert.deepEqual(columns(coreEvents), [
    'Last Seen',
    'Type',
    'Reason',
    'Object',
    '[Subobject]',
    '[Source]',
    'Message',
    '[First Seen]',
    '[Count]',
    '[Name]',
  ]);
  const event = manifest(coreEvents, {
    involvedObject: regarding,
    type: 'Normal',
    reason: 'Said',
    message: ' hi\n',
    source: { component: 'kubelet', host: 'n1' },
    firstTimestamp: '2025-12-31T23:00:00Z',
    lastTimestamp: '2025-12-31T23:59:30Z',
    count: 4,
  });
  assert.deepEqual(cells(coreEvents, event), [
    '30s',
    'Normal',
    'Said',
    'pod/web',
    '',
    'kubelet, n1',
    'hi',
    '60m',
    4,
    'x',
  ]);
});
