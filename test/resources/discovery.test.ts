import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definition as slices } from '../../src/resources/discovery/endpointslices/definition.ts';
import { cells, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const slice = (fields: Record<string, unknown> = {}) =>
  manifest(slices, { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ...fields });

test('endpoint slices name their ports and protocols', () => {
  assert.deepEqual(defaulted(slices, slice({ ports: [{ port: 80 }] }))['ports'], [
    { port: 80, name: '', protocol: 'TCP' },
  ]);
});

test('endpoint slices hold addresses of their type', () => {
  const table: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [{ addressType: 'X' }, ['addressType: Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"']],
    [{ endpoints: [{}] }, ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [
      { endpoints: [{ addresses: ['fd00::1'] }] },
      ['endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address'],
    ],
    [{ ports: [{ port: 1 }, { port: 2 }] }, ['ports[1].name: Duplicate value: ""']],
    [
      { addressType: 'FQDN', endpoints: [{ addresses: ['host'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "host": should be a domain with at least two segments separated by dots',
      ],
    ],
    [
      { endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }] },
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ],
  ];
  for (const [fields, expected] of table) assert.deepEqual(problems(slices, slice(fields)), expected);
  assert.deepEqual(
    updateProblems(slices, slice({ addressType: 'IPv6', endpoints: [] }), slice({ endpoints: [] })),
    ['addressType: Invalid value: "IPv6": field is immutable'],
  );
});

test('endpoint slices count changes of content and labels, not of other metadata', () => {
  const { bumpsGeneration } = slices.strategy;
  const labelled = slice();
  labelled.metadata.labels = { a: 'b' };
  const annotated = slice();
  annotated.metadata.annotations = { a: 'b' };
  assert.equal(bumpsGeneration!(labelled, slice()), true);
  assert.equal(bumpsGeneration!(annotated, slice()), false);
  assert.equal(bumpsGeneration!(slice({ endpoints: [] }), slice()), true);
});

test('endpoint slices warn about odd addresses, unless a controller copied them', () => {
  const odd = slice({ endpoints: [{ addresses: ['010.0.0.1'] }] });
  assert.deepEqual(slices.strategy.warnings!(odd, undefined, contextOf()), [
    'endpoints[0].addresses[0]: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"',
  ]);
  odd.metadata.labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
  assert.deepEqual(slices.strategy.warnings!(odd, undefined, contextOf()), []);
});

test('endpoint slices show up in a table', () => {
  const shown = slice({
    ports: [{ port: 80 }, { name: 'any' }],
    endpoints: [{ addresses: ['10.0.0.1', '10.0.0.2'] }, { addresses: ['10.0.0.3', '10.0.0.4'] }],
  });
  assert.deepEqual(cells(slices, shown).slice(1, 4), [
    'IPv4',
    '80,any',
    '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
  ]);
  assert.deepEqual(cells(slices, slice({ endpoints: [] })).slice(2, 4), ['<unset>', '<unset>']);
});
