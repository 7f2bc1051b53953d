import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LogFields, silentLog } from '../../src/apimachinery/log.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { controllersFor, stage } from './kit.ts';

describe('--controllers', () => {
  it('accepts what has nothing to do here, with one warning', async () => {
    const warnings: [string, LogFields | undefined][] = [];
    const log = { ...silentLog, warn: (text: string, fields?: LogFields) => warnings.push([text, fields]) };
    const controllers = ['*', 'attachdetach', 'node-ipam-controller', '-service-lb-controller', '-nodeipam'];
    await using cluster = await stage(controllers, { log });
    await cluster.cluster.settled();
    assert.deepEqual(warnings, [
      ['controllers that have nothing to do here', { controllers: 'attachdetach,node-ipam-controller' }],
    ]);
  });

  it('refuses what kube-controller-manager does not have either', async () => {
    await assert.rejects(createCluster({ controllers: ['*', 'deployments'] }), {
      message: '--controllers: "deployments" is not in the list of known controllers',
    });
  });

  for (const [chosen, holders] of [
    [[], []],
    [['namespace-controller'], ['one']],
  ] as const) {
    it(`${chosen.length === 0 ? 'of none leaves the lease of the manager to others' : 'of one holds that lease'}`, async () => {
      await using bare = await stage([]);
      await using _ = await controllersFor(bare, chosen, { candidate: 'one' });
      const leases = await bare.list('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases');
      const ofManager = leases.filter(({ metadata }) => metadata.name === 'kube-controller-manager');
      assert.deepEqual(
        ofManager.map(({ spec }) => spec.holderIdentity),
        holders,
      );
    });
  }
});
