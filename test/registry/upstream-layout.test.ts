import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { upstreamValues } from '../../src/registry/upstream-values.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { createApiServer } from '../../src/server.ts';
import { settingsOf } from '../../src/server-options.ts';
import { type KeyLayout, resourcePrefix } from '../../src/storage/keys.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';

/** Where a kube-apiserver 1.36 was seen to keep what. Others follow from their names. */
const seen = `
  apiextensions.k8s.io/customresourcedefinitions apiregistration.k8s.io/apiservices certificatesigningrequests
  clusterrolebindings clusterroles configmaps controllerrevisions controllers cronjobs csidrivers csinodes csistoragecapacities
  daemonsets deployments deviceclasses endpointslices events flowschemas horizontalpodautoscalers ingress ingressclasses
  ipaddresses jobs leasecandidates leases limitranges minions mutatingwebhookconfigurations namespaces networkpolicies
  persistentvolumeclaims persistentvolumes poddisruptionbudgets pods podtemplates priorityclasses prioritylevelconfigurations
  replicasets resourceclaims resourceclaimtemplates resourcequotas resourceslices rolebindings roles runtimeclasses secrets
  serviceaccounts servicecidrs services/endpoints services/specs statefulsets storageclasses storageversionmigrations
  validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations volumeattachments
`
  .trim()
  .split(/\s+/);

it('built-in resources are where a kube-apiserver has them', () => {
  const ours = new Set(
    builtinResources
      .filter(({ storage }) => storage === 'stored')
      .map((definition) => resourcePrefix('upstream', definition).slice('/registry/'.length, -1)),
  );
  assert.deepEqual(
    seen.filter((place) => !ours.has(place)),
    [],
  );
  const named = new Set(builtinResources.map(({ resource }) => resource));
  const others = [...ours].filter((place) => !seen.includes(place));
  assert.deepEqual(
    others.filter((place) => !named.has(place)),
    [],
  );
});

const at = '"creationTimestamp":"2026-05-06T07:08:09Z"';
/** Values in the form in which a kube-apiserver stores JSON: kind first, a line feed at the end, defaults that reading fills left out. */
const stored: Readonly<Record<string, string>> = {
  '/registry/namespaces/shop': `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop","uid":"u-1",${at},"labels":{"kubernetes.io/metadata.name":"shop"}},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}\n`,
  '/registry/services/specs/shop/front': `{"kind":"Service","apiVersion":"v1","metadata":{"name":"front","namespace":"shop","uid":"u-2",${at}},"spec":{"ports":[{"protocol":"TCP","port":80,"targetPort":80,"nodePort":30777}],"clusterIP":"10.0.0.77","clusterIPs":["10.0.0.77"],"type":"NodePort","sessionAffinity":"None","externalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","internalTrafficPolicy":"Cluster"},"status":{"loadBalancer":{}}}\n`,
  '/registry/persistentvolumeclaims/shop/data': `{"kind":"PersistentVolumeClaim","apiVersion":"v1","metadata":{"name":"data","namespace":"shop","uid":"u-3",${at}},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem"},"status":{}}\n`,
  '/registry/minions/n1': `{"kind":"Node","apiVersion":"v1","metadata":{"name":"n1","uid":"u-4",${at}},"spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","kubeProxyVersion":"","operatingSystem":"","architecture":""}}}\n`,
  '/registry/events/shop/e': `{"kind":"Event","apiVersion":"v1","metadata":{"name":"e","namespace":"shop","uid":"u-5",${at}},"involvedObject":{"kind":"Service","namespace":"shop","name":"front"},"reason":"Seen","message":"a \\u003c b","source":{},"firstTimestamp":null,"lastTimestamp":null,"type":"Normal","eventTime":null,"reportingComponent":"","reportingInstance":""}\n`,
  '/registry/ingress/shop/web': `{"kind":"Ingress","apiVersion":"networking.k8s.io/v1","metadata":{"name":"web","namespace":"shop","uid":"u-6","generation":1,${at}},"spec":{"defaultBackend":{"service":{"name":"front","port":{"number":80}}}},"status":{"loadBalancer":{}}}\n`,
  '/registry/horizontalpodautoscalers/shop/h': `{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"h","namespace":"shop","uid":"u-7",${at}},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"},"minReplicas":1,"maxReplicas":2,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]},"status":{"desiredReplicas":0,"currentMetrics":null}}\n`,
  '/registry/apiextensions.k8s.io/customresourcedefinitions/cups.shop.test': `{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1beta1","metadata":{"name":"cups.shop.test","uid":"u-8","generation":1,${at}},"spec":{"group":"shop.test","version":"v1","names":{"plural":"cups","singular":"cup","kind":"Cup","listKind":"CupList"},"scope":"Namespaced","validation":{"openAPIV3Schema":{"type":"object"}},"versions":[{"name":"v1","served":true,"storage":true},{"name":"v0","served":false,"storage":false}],"additionalPrinterColumns":[{"name":"Size","type":"string","JSONPath":".spec.size"}],"conversion":{"strategy":"Webhook","webhookClientConfig":{"url":"https://convert.test/"},"conversionReviewVersions":["v1"]},"preserveUnknownFields":false},"status":{"conditions":[],"acceptedNames":{"plural":"","kind":""},"storedVersions":["v1"]}}\n`,
  '/registry/ranges/servicenodeports':
    '{"kind":"RangeAllocation","apiVersion":"v1","metadata":{},"range":"30000-32767","data":"AQ=="}\n',
  '/registry/masterleases/192.0.2.50':
    '{"kind":"Endpoints","apiVersion":"v1","metadata":{"generation":8},"subsets":[{"addresses":[{"ip":"192.0.2.50"}]}]}\n',
};

async function storeOf(values: Readonly<Record<string, string | Uint8Array>>): Promise<Kv> {
  const kv = createMemoryKv({ clock: virtualClock() });
  for (const [key, value] of Object.entries(values)) await kv.putIf(key, Buffer.from(value), 0);
  return kv;
}

async function serve(kv: Kv, layout: KeyLayout = 'upstream') {
  const server = await createApiServer({
    ...settingsOf({ layout, controllers: [] }),
    kv,
    clock: virtualClock(),
    random: seededRandom(4),
    log: silentLog,
  });
  await server.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'test',
    keepsIdentity: false,
  });
  return { api: apiOver(createFetch(server.handle)), [Symbol.asyncDispose]: () => server.close() };
}

describe('a store that a kube-apiserver wrote as JSON', () => {
  it('is served as it would serve it', async () => {
    await using server = await serve(await storeOf(stored));
    const read = async (path: string): Promise<Loose> => expectCode(await server.api.get(path), 200);
    const front = await read('/api/v1/namespaces/shop/services/front');
    assert.deepEqual([front.metadata.uid, front.metadata.resourceVersion], ['u-2', '3']);
    assert.equal(front.spec.ports[0].nodePort, 30777);
    assert.equal((await read('/api/v1/nodes/n1')).kind, 'Node');
    const claim = await read('/api/v1/namespaces/shop/persistentvolumeclaims/data');
    assert.deepEqual(claim.status, { phase: 'Pending' }, 'a default that reading fills');
    const event = await read('/apis/events.k8s.io/v1/namespaces/shop/events/e');
    assert.equal(event.note, 'a < b');
    assert.equal('reportingController' in event, false);
    assert.equal((await read('/api/v1/namespaces/shop/events/e')).reportingComponent, '');
    assert.equal(
      (await read('/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers/h')).spec
        .targetCPUUtilizationPercentage,
      80,
    );
    const { items } = await read('/apis/networking.k8s.io/v1/ingresses');
    assert.deepEqual(
      items.map(({ kind, metadata }: Loose) => [kind, metadata.name]),
      [[undefined, 'web']],
    );
  });

  it('definitions of custom resources are in v1, though stored as v1beta1', async () => {
    await using server = await serve(await storeOf(stored));
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const definition = expectCode(await server.api.get(`${path}/cups.shop.test`), 200);
    assert.equal(definition.apiVersion, 'apiextensions.k8s.io/v1');
    const parts = {
      schema: { openAPIV3Schema: { type: 'object' } },
      additionalPrinterColumns: [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }],
    };
    assert.deepEqual(definition.spec, {
      group: 'shop.test',
      names: { plural: 'cups', singular: 'cup', kind: 'Cup', listKind: 'CupList' },
      scope: 'Namespaced',
      versions: [
        { name: 'v1', served: true, storage: true, ...parts },
        { name: 'v0', served: false, storage: false, ...parts },
      ],
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'https://convert.test/' }, conversionReviewVersions: ['v1'] },
      },
    });
    const [item] = expectCode(await server.api.get(path), 200).items;
    assert.equal('apiVersion' in item, false);
  });

  it('is written to in the same places, as JSON', async () => {
    const kv = await storeOf(stored);
    await using server = await serve(kv);
    const body = { metadata: { name: 'back' }, spec: { ports: [{ port: 1 }] } };
    expectCode(await server.api.post('/api/v1/namespaces/shop/services', body), 201);
    const front = expectCode(await server.api.get('/api/v1/namespaces/shop/services/front'), 200);
    front.metadata.labels = { a: 'b' };
    expectCode(await server.api.put('/api/v1/namespaces/shop/services/front', front), 200);
    for (const name of ['front', 'back']) {
      const { kv: item } = await kv.get(`/registry/services/specs/shop/${name}`);
      const object = JSON.parse(Buffer.from(item!.value).toString());
      assert.deepEqual([object.apiVersion, object.kind, object.metadata.name], ['v1', 'Service', name]);
      assert.equal(object.metadata.resourceVersion, undefined);
    }
    const taken = { metadata: { name: 'third' }, spec: { clusterIP: '10.0.0.77', ports: [{ port: 1 }] } };
    expectCode(await server.api.post('/api/v1/namespaces/shop/services', taken), 422);
  });

  for (const [what, value, message] of [
    [
      'protobuf',
      Uint8Array.from([...Buffer.from('k8s\0'), 10, 15, 10, 2, 118, 49]),
      /^the value of \/registry\/pods\/shop\/p cannot be read: a kube-apiserver stored it as protobuf; have it write everything anew with --storage-media-type=application\/json$/,
    ],
    [
      'a version that is not known',
      '{"kind":"Pod","apiVersion":"v0","metadata":{"name":"p","namespace":"shop"}}\n',
      /^the value of \/registry\/pods\/shop\/p cannot be read: it is stored as v0, which this server does not know$/,
    ],
  ] as const) {
    it(`is refused with the name of the key when there is ${what} in it`, async () => {
      await assert.rejects(serve(await storeOf({ ...stored, '/registry/pods/shop/p': value })), { message });
    });
  }
});

it('custom resources are read as they are, without the line feed that would end a line of a watch', async () => {
  const key = '/registry/shop.test/cups/shop/c';
  const object =
    '{"apiVersion":"shop.test/v1","kind":"Cup","metadata":{"name":"c","namespace":"shop"},"spec":{"b":1,"a":2}}';
  const { kv: item } = await upstreamValues(await storeOf({ [key]: `${object}\n` }), builtinResources).get(
    key,
  );
  assert.equal(Buffer.from(item!.value).toString(), object);
});

it('a store is not filled a second time in another layout', async () => {
  for (const [layout, other, message] of [
    ['upstream', 'binnacle', /have kube-apiserver's form: start with --storage-key-layout=upstream/],
    ['binnacle', 'upstream', /have Binnacle's own form: start with --storage-key-layout=binnacle/],
  ] as const) {
    const kv = await storeOf({});
    await (await serve(kv, layout))[Symbol.asyncDispose]();
    await assert.rejects(serve(kv, other), { message });
    await (await serve(kv, layout))[Symbol.asyncDispose]();
  }
});
