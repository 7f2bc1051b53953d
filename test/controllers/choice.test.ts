import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LogFields, silentLog } from '../../src/apimachinery/log.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { stage } from './kit.ts';

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
});
