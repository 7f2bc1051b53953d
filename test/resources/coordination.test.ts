import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as candidates } from '../../src/resources/coordination/leasecandidates/definition.ts';
import { isOlder, parseVersion } from '../../src/resources/coordination/leasecandidates/semantic-version.ts';
import { definition as leases } from '../../src/resources/coordination/leases/definition.ts';
import { cells, columns, contextOf, manifest, problems, updateProblems } from './helper.ts';

describe('leases', () => {
  const lease = (spec: Record<string, unknown>) => manifest(leases, { spec });
  test('validation', () => {
    assert.deepEqual(problems(leases, lease({ holderIdentity: 'a', leaseDurationSeconds: 15 })), []);
    assert.deepEqual(
      problems(leases, lease({ leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: 'b' })),
      [
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
        'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
      ],
    );
  });
  test('fields of coordinated election are dropped', () => {
    const created = lease({ holderIdentity: 'a', strategy: 'OldestEmulationVersion', preferredHolder: 'b' });
    leases.strategy.prepareForCreate!(created, contextOf());
    assert.deepEqual(created['spec'], { holderIdentity: 'a' });
  });
  test('table', () => {
    assert.deepEqual(columns(leases), ['Name', 'Holder', 'Age']);
    assert.deepEqual(cells(leases, lease({ holderIdentity: 'a' })), ['x', 'a', '<unknown>']);
  });
});

describe('lease candidates', () => {
  const candidate = (spec: Record<string, unknown>) => manifest(candidates, { spec });
  const good = {
    leaseName: 'l',
    binaryVersion: '1.36.0',
    emulationVersion: '1.35.0',
    strategy: 'OldestEmulationVersion',
  };
  test('validation', () => {
    assert.deepEqual(problems(candidates, candidate(good)), []);
    assert.deepEqual(
      problems(candidates, candidate({ binaryVersion: 'v1', strategy: 'OldestEmulationVersion' })),
      [
        'spec.leaseName: Required value',
        'spec.binaryVersion: Invalid value: "v1": must be a valid semantic version',
        "spec.emulationVersion: Required value: must be specified when `strategy` is 'OldestEmulationVersion'",
      ],
    );
    assert.deepEqual(problems(candidates, candidate({ leaseName: 'l' })), [
      'spec.binaryVersion: Required value',
      'spec.strategy: Required value',
    ]);
    assert.deepEqual(
      updateProblems(
        candidates,
        candidate({ ...good, leaseName: 'm', emulationVersion: '1.37.0' }),
        candidate(good),
      ),
      [
        'spec.binaryVersion: Invalid value: "1.36.0": must be greater than or equal to `emulationVersion`',
        'spec.leaseName: Invalid value: "m": field is immutable',
      ],
    );
  });
  test('order of versions', () => {
    const ascending = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0',
      '1.0.10',
      '1.2.0',
    ];
    for (const [i, text] of ascending.slice(1).entries()) {
      const [before, after] = [parseVersion(ascending[i]!)!, parseVersion(text)!];
      assert.ok(isOlder(before, after) && !isOlder(after, before), `${ascending[i]} < ${text}`);
    }
    assert.equal(parseVersion('1.02.0'), undefined);
  });
});
