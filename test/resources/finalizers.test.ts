import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode } from '../helpers/api.ts';
import { kinds } from './kinds/all.ts';
import { allFacts } from './kinds/facts.ts';

let cluster: Cluster;
let api: Api;

before(async () => {
  cluster = await createCluster({});
  api = apiOver(cluster.fetch);
});
after(() => cluster.close());

/** Kinds whose finalizers need no domain, as far as a server serves them by default. */
const withoutDomain = [
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  'apiextensions.k8s.io/v1/customresourcedefinitions',
  'apiregistration.k8s.io/v1/apiservices',
  'coordination.k8s.io/v1/leases',
  'node.k8s.io/v1/runtimeclasses',
];
const ruleOfItsOwn = ['v1/events', 'events.k8s.io/v1/events', 'policy/v1/poddisruptionbudgets'];

describe('finalizers', () => {
  for (const { of, name = 'sample', metadata, manifest } of kinds) {
    const facts = allFacts.find(({ apiVersion, resource }) => `${apiVersion}/${resource}` === of);
    if (!facts?.onByDefault || ruleOfItsOwn.includes(of)) continue;
    const { apiVersion, kind, namespaced, resource } = facts;
    const root = apiVersion.includes('/') ? '/apis' : '/api';
    const collection = `${root}/${apiVersion}${namespaced ? '/namespaces/default' : ''}/${resource}`;

    it(`of ${of}`, async () => {
      const object = { apiVersion, kind, metadata: { name, ...metadata }, ...manifest };
      expectCode(await api.post(collection, object), 201);
      const findings = async (finalizers: string[]) => {
        const path = `${collection}/${name}?dryRun=All`;
        const answer = await api.patch(path, 'merge', { metadata: { finalizers } });
        if (answer.status === 200) return [];
        const causes: { field: string; message: string }[] = answer.json.details.causes;
        return causes.map(({ field, message }) => `${field}: ${message}`);
      };
      const domain = 'name is neither a standard finalizer name nor is it fully qualified';
      assert.deepEqual(
        await findings(['hold']),
        withoutDomain.includes(of) ? [] : [`metadata.finalizers[0]: Invalid value: "hold": ${domain}`],
      );
      assert.match(
        (await findings(['a b/c']))[0]!,
        /^metadata.finalizers: Invalid value: "a b\/c": prefix part /,
      );
      assert.deepEqual(await findings(['orphan', 'foregroundDeletion']), [
        'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      ]);
      // The next version of the kind needs the name.
      expectCode(await api.delete(`${collection}/${name}`), 200);
    });
  }
});
