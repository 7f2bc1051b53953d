import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { rbacAuthorizer } from '../../src/authorization/rbac/authorizer.ts';
import { rbacResolver } from '../../src/authorization/rbac/resolver.ts';
import type { PolicyRule } from '../../src/authorization/types.ts';
import { apiServerId } from '../../src/resources/bootstrap/identity-lease.ts';
import { type BootstrapOptions, bootstrapObjects } from '../../src/resources/bootstrap/index.ts';
import { kubernetesEndpoints } from '../../src/resources/bootstrap/kubernetes-endpoints.ts';
import { groupVersions } from '../../src/resources/group-versions.ts';
import { readerOf, request, user } from '../authorization/helper.ts';

const options: BootstrapOptions = {
  nowMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  serviceCidrs: ['10.0.0.0/24'],
  serviceIp: '10.0.0.1',
  securePort: 6443,
  hostname: 'host',
  instanceId: '11111111-2222-4333-8444-555555555555',
  storageClass: '',
  clientCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  serves: (group, version) =>
    groupVersions[group]!.some((served) => served.version === version && served.servedByDefault),
};

const all = bootstrapObjects(options);

const find = (resource: string, name: string, from = all) => {
  const found = from.find((candidate) => candidate.resource === resource && candidate.name === name);
  assert.ok(found, `${resource} ${name}`);
  return found;
};

const stored = (object: KubeObject): KubeObject => cloneJson(object);

test('a fresh server holds what upstream holds', () => {
  const counts: Record<string, number> = {};
  for (const { resource } of all) counts[resource] = (counts[resource] ?? 0) + 1;
  assert.deepEqual(counts, {
    namespaces: 4,
    clusterroles: 69,
    clusterrolebindings: 50,
    roles: 7,
    rolebindings: 7,
    prioritylevelconfigurations: 8,
    flowschemas: 11,
    priorityclasses: 2,
    apiservices: 21,
    configmaps: 2,
    servicecidrs: 1,
    services: 1,
    ipaddresses: 1,
    leases: 1,
  });
});

test('controllers have no rights that only distributions of Kubernetes know', () => {
  const rulesOf = (controller: string) => {
    const role = all.find(({ name }) => name === `system:controller:${controller}`);
    return (role?.object['rules'] ?? assert.fail(controller)) as PolicyRule[];
  };
  const slices = rulesOf('endpointslice-controller').filter(({ apiGroups }) =>
    apiGroups?.includes('discovery.k8s.io'),
  );
  assert.deepEqual(
    slices.map(({ resources }) => resources),
    [['endpointslices']],
  );
  const written = rulesOf('selinux-warning-controller').filter(({ verbs }) => !verbs.includes('watch'));
  assert.deepEqual(
    written.map(({ resources }) => resources),
    [['events']],
  );
});

test('every entry names its object', () => {
  for (const { group, name, namespace, object } of all) {
    assert.equal(object.metadata.name, name);
    assert.equal(object.metadata.namespace ?? '', namespace);
    assert.ok(object.apiVersion.startsWith(group === '' ? 'v1' : `${group}/`), name);
  }
});

test('what is already right is left alone', () => {
  for (const { object, reconcile } of all) assert.equal(reconcile?.(stored(object)), undefined);
});

test('the bootstrap policy works with the authorizer', async () => {
  const resolver = rbacResolver(readerOf(all.map(({ object }) => object)));
  const authorizer = rbacAuthorizer(resolver);
  const decide = async (who: ReturnType<typeof user>, text: string) =>
    (await authorizer.authorize(request(who, text))).decision;
  const anyone = user('ann', 'system:authenticated');
  assert.equal(await decide(user('root', 'system:masters'), 'delete nodes named a'), 'allow');
  assert.equal(await decide(anyone, 'get /apis/apps/v1'), 'allow');
  assert.equal(await decide(anyone, 'create selfsubjectaccessreviews.authorization.k8s.io'), 'allow');
  assert.equal(await decide(anyone, 'list pods in default'), 'noOpinion');
  assert.equal(await decide(user('anonymous', 'system:unauthenticated'), 'get /version'), 'allow');
  assert.equal(await decide(user('system:kube-scheduler'), 'create pods/binding in default'), 'allow');
  const attach = user('system:serviceaccount:kube-system:attachdetach-controller');
  assert.equal(await decide(attach, 'create events in default'), 'allow');
});

describe('RBAC objects at a later start', () => {
  const reconciled = (resource: string, name: string, change: (object: KubeObject) => void) => {
    const wanted = find(resource, name);
    const existing = stored(wanted.object);
    change(existing);
    return { wanted, existing, result: wanted.reconcile!(existing) };
  };

  test('missing rules come back, extra ones stay', () => {
    const extra = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
    const { wanted, result } = reconciled('clusterroles', 'system:basic-user', (role) => {
      role['rules'] = [extra];
    });
    assert.deepEqual((result!['rules'] as unknown[])[0], extra);
    assert.deepEqual(wanted.reconcile!(result!), undefined);
  });

  test('autoupdate=false protects', () => {
    const { result } = reconciled('clusterroles', 'system:basic-user', (role) => {
      role['rules'] = [];
      role.metadata.annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
    });
    assert.equal(result, undefined);
  });

  test('missing subjects and labels come back', () => {
    const { result } = reconciled('clusterrolebindings', 'system:discovery', (binding) => {
      binding['subjects'] = [];
      binding.metadata.labels = { mine: 'yes' };
    });
    assert.equal((result!['subjects'] as unknown[]).length, 1);
    assert.deepEqual(result!.metadata.labels, {
      'kubernetes.io/bootstrapping': 'rbac-defaults',
      mine: 'yes',
    });
  });

  test('a binding of another role is replaced', () => {
    const { wanted, existing } = reconciled('clusterrolebindings', 'system:discovery', (binding) => {
      binding['roleRef'] = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'other' };
    });
    assert.equal(wanted.mustReplace!(existing), true);
    assert.equal(wanted.mustReplace!(stored(wanted.object)), false);
  });
});

describe('flow control at a later start', () => {
  const change = (resource: string, name: string, annotation: string | undefined, generation: number) => {
    const wanted = find(resource, name);
    const existing = stored(wanted.object);
    existing.metadata.generation = generation;
    existing.metadata.annotations =
      annotation === undefined ? {} : { 'apf.kubernetes.io/autoupdate-spec': annotation };
    (existing['spec'] as Record<string, unknown>)['matchingPrecedence'] = 77;
    const result = wanted.reconcile!(existing);
    return (
      result && [
        (result['spec'] as Record<string, unknown>)['matchingPrecedence'],
        result.metadata.annotations!['apf.kubernetes.io/autoupdate-spec'],
      ]
    );
  };
  test('mandatory ones are always reset', () => {
    assert.deepEqual(change('flowschemas', 'catch-all', 'false', 5), [10_000, 'true']);
  });
  test('suggested ones follow their annotation', () => {
    assert.deepEqual(change('flowschemas', 'service-accounts', 'true', 5), [9000, 'true']);
    assert.equal(change('flowschemas', 'service-accounts', 'false', 5), undefined);
  });
  test('without annotation an edited spec is kept and marked', () => {
    assert.deepEqual(change('flowschemas', 'service-accounts', undefined, 5), [77, 'false']);
    assert.deepEqual(change('flowschemas', 'service-accounts', undefined, 1), [9000, 'true']);
  });
  test('shares of the exempt level are the administrator’s', () => {
    const wanted = find('prioritylevelconfigurations', 'exempt');
    const existing = stored(wanted.object);
    existing['spec'] = { type: 'Exempt', exempt: { nominalConcurrencyShares: 9, lendablePercent: 1 } };
    assert.equal(wanted.reconcile!(existing), undefined);
  });
  test('schemas say that their level exists', () => {
    const { status, object } = find('flowschemas', 'probes');
    const { conditions } = status!(object)!['status'] as { conditions: Record<string, string>[] };
    assert.deepEqual(conditions, [
      {
        type: 'Dangling',
        status: 'False',
        lastTransitionTime: '2026-01-02T03:04:05Z',
        reason: 'Found',
        message:
          'This FlowSchema references the PriorityLevelConfiguration object named "exempt" and it exists',
      },
    ]);
    assert.equal(status!(status!(object)!), undefined);
  });
});

describe('what tells of this server', () => {
  const one = { ip: '192.0.2.7', port: 6443 };
  const subset = (port: number, ...ips: string[]) => ({
    addresses: ips.map((ip) => ({ ip })),
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });

  test('endpoints follow addresses and port', () => {
    const before = find('endpoints', 'kubernetes', kubernetesEndpoints([one]));
    assert.deepEqual(before.object['subsets'], [subset(6443, '192.0.2.7')]);
    const moved = kubernetesEndpoints([{ ip: '2001:db8::1', port: 7443 }]);
    const result = find('endpoints', 'kubernetes', moved).reconcile!(before.object);
    assert.deepEqual(result!['subsets'], [subset(7443, '2001:db8::1')]);
    const slice = find('endpointslices', 'kubernetes', moved);
    assert.equal(
      slice.mustReplace!(find('endpointslices', 'kubernetes', kubernetesEndpoints([one])).object),
      true,
    );
    assert.equal(slice.object['addressType'], 'IPv6');
  });

  test('servers of several ports and families have subsets and slices of their own', () => {
    const objects = kubernetesEndpoints([
      { ip: '192.0.2.9', port: 7443 },
      { ip: '2001:db8::1', port: 6443 },
      { ip: '192.0.2.8', port: 6443 },
      one,
    ]);
    assert.deepEqual(find('endpoints', 'kubernetes', objects).object['subsets'], [
      subset(6443, '192.0.2.7', '192.0.2.8', '2001:db8::1'),
      subset(7443, '192.0.2.9'),
    ]);
    const slices = objects.filter(({ resource }) => resource === 'endpointslices');
    assert.deepEqual(
      slices.map(({ name, object }) => [
        name,
        object['addressType'],
        (object['endpoints'] as { addresses: string[] }[]).flatMap(({ addresses }) => addresses),
        (object['ports'] as { port: number }[]).map(({ port }) => port),
      ]),
      [
        ['kubernetes', 'IPv4', ['192.0.2.7', '192.0.2.8'], [6443]],
        ['kubernetes-ipv4-7443', 'IPv4', ['192.0.2.9'], [7443]],
        ['kubernetes-ipv6-6443', 'IPv6', ['2001:db8::1'], [6443]],
      ],
    );
  });

  test('without servers there are no endpoints', () => {
    const [endpoints, slice] = kubernetesEndpoints([]);
    assert.equal(endpoints!.object['subsets'], undefined);
    assert.deepEqual([slice!.object['endpoints'], slice!.object['ports']], [[], []]);
  });

  test('the identity lease is named after the host', () => {
    assert.equal(apiServerId('vm', 6443), 'apiserver-wlv32tlttr4jl3gtroqexyxapa');
    const { object } = find('leases', apiServerId('host', 6443));
    assert.deepEqual(object['spec'], {
      holderIdentity: `${apiServerId('host', 6443)}_11111111-2222-4333-8444-555555555555`,
      leaseDurationSeconds: 3600,
      renewTime: '2026-01-02T03:04:05.000000Z',
    });
  });

  test('servers on one host with ports of their own have leases of their own', () => {
    assert.notEqual(apiServerId('host', 6444), apiServerId('host', 6443));
  });

  test('trust of several servers adds up', () => {
    const wanted = find('configmaps', 'extension-apiserver-authentication');
    const other = '-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n';
    const existing = stored(wanted.object);
    existing['data'] = { 'client-ca-file': other };
    assert.deepEqual(wanted.reconcile!(existing)!['data'], { 'client-ca-file': other + options.clientCa });
  });

  test('APIServices of others are not touched', () => {
    const wanted = find('apiservices', 'v1.apps');
    const existing = stored(wanted.object);
    existing['spec'] = { group: 'apps', version: 'v1', service: { name: 'x', namespace: 'y' } };
    assert.deepEqual(wanted.reconcile!(existing)!['spec'], wanted.object['spec']);
    existing.metadata.labels = {};
    assert.equal(wanted.reconcile!(existing), undefined);
  });

  test('the service range becomes ready', () => {
    const { status, object } = find('servicecidrs', 'kubernetes');
    const ready = status!(object)!;
    assert.equal((ready['status'] as { conditions: { status: string }[] }).conditions[0]!.status, 'True');
    assert.equal(status!(ready), undefined);
  });
});
