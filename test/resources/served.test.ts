import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClusterOptions, createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';
import { kinds } from './kinds/all.ts';
import { allFacts, type Facts, type Subresource } from './kinds/facts.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

async function discover(options: ClusterOptions) {
  await using cluster = await createCluster(options);
  const api = apiOver(cluster.fetch);
  const roots = await Promise.all(['/api', '/apis'].map((path) => api.get(path, { accept: aggregated })));
  const groups = roots.flatMap((answer) => expectCode(answer, 200).items as Loose[]);
  const versions = groups.flatMap(({ metadata, versions: served }) =>
    served.map((version: Loose) => ({ ...version, group: metadata.name ?? '' })),
  );
  const lists = await Promise.all(
    versions.map(({ group, version }: Loose) =>
      api.get(group === '' ? `/api/${version}` : `/apis/${group}/${version}`),
    ),
  );
  return { versions, lists: lists.map((answer) => expectCode(answer, 200)) };
}

const apiVersionOf = (group: string, version: string) => (group === '' ? version : `${group}/${version}`);
const sorted = (names: readonly string[]) => [...names].sort();

/** A kind as facts name it: with its group version only when that is not the parent's. */
const kindText = (kind: Loose, of: string): string => {
  const apiVersion = apiVersionOf(kind.group ?? '', kind.version ?? '');
  return apiVersion === of || apiVersion === '' ? kind.kind : `${apiVersion}/${kind.kind}`;
};

const byName = (a: Subresource, b: Subresource) => (a.name < b.name ? -1 : 1);

/** What both forms of discovery say of a resource, as far as they can. */
const shown = ({
  apiVersion,
  resource,
  kind,
  namespaced,
  verbs,
  shortNames,
  categories,
  ...rest
}: Facts) => ({
  apiVersion,
  resource,
  kind,
  namespaced,
  verbs,
  shortNames,
  categories,
  subresources: [...rest.subresources].sort(byName),
});

for (const [title, options, expected] of [
  ['by default', {}, allFacts.filter(({ onByDefault }) => onByDefault)],
  ['with everything on', { runtimeConfig: { 'api/all': true } }, allFacts],
] as const) {
  describe(`what is served ${title}`, () => {
    const discovered = discover(options);

    it('in aggregated discovery', async () => {
      const { versions } = await discovered;
      const found = versions.flatMap(({ group, version, resources }: Loose) => {
        const apiVersion = apiVersionOf(group, version);
        return resources.map((item: Loose) => ({
          apiVersion,
          resource: item.resource,
          kind: item.responseKind.kind,
          namespaced: item.scope === 'Namespaced',
          verbs: sorted(item.verbs),
          shortNames: item.shortNames ?? [],
          categories: item.categories ?? [],
          subresources: (item.subresources ?? [])
            .map((sub: Loose) => ({
              name: sub.subresource,
              kind: kindText(sub.responseKind, apiVersion),
              verbs: sorted(sub.verbs),
            }))
            .sort(byName),
        }));
      });
      assert.deepEqual(found, expected.map(shown));
    });

    it('in the lists of each group version', async () => {
      const { lists } = await discovered;
      const found = lists.flatMap(({ groupVersion, resources }) =>
        resources
          .filter(({ name }: Loose) => !name.includes('/'))
          .map((item: Loose) => ({
            apiVersion: groupVersion,
            resource: item.name,
            kind: item.kind,
            namespaced: item.namespaced,
            verbs: sorted(item.verbs),
            hash: item.storageVersionHash,
            shortNames: item.shortNames ?? [],
            categories: item.categories ?? [],
            singular: item.singularName,
            subresources: resources
              .filter(({ name }: Loose) => name.startsWith(`${item.name}/`))
              .map((sub: Loose) => ({
                name: sub.name.slice(item.name.length + 1),
                kind: kindText(sub, groupVersion),
                verbs: sorted(sub.verbs),
              }))
              .sort(byName),
          })),
      );
      assert.deepEqual(
        found.map(({ singular: _, hash: __, ...item }: Loose) => item),
        expected.map(shown),
      );
      assert.deepEqual(
        found.map(({ singular, hash }: Loose) => [singular, hash]),
        expected.map(({ kind, hash }) => [kind.toLowerCase(), hash]),
      );
    });
  });
}

it('every stored kind has its life tested', () => {
  const stored = allFacts.filter(({ verbs }) => verbs.includes('delete'));
  assert.deepEqual(
    sorted(kinds.map(({ of }) => of)),
    sorted(stored.map(({ apiVersion, resource }) => `${apiVersion}/${resource}`)),
  );
});

it('versions that are to go say so in a Warning', async () => {
  await using cluster = await createCluster({ runtimeConfig: { 'api/all': true } });
  const api = apiOver(cluster.fetch);
  const found: Record<string, string> = {};
  for (const { apiVersion, resource, verbs } of allFacts) {
    if (!verbs.includes('list')) continue;
    const root = apiVersion.includes('/') ? '/apis' : '/api';
    const answer = await api.get(`${root}/${apiVersion}/${resource}?limit=1`);
    expectCode(answer, 200);
    const warning = answer.headers.get('warning');
    if (warning !== null) found[`${apiVersion}/${resource}`] = warning.slice('299 - "'.length, -1);
  }
  const gone = (version: string, kind: string, from: number, use = '') =>
    `${version} ${kind} is deprecated in v1.${from}+, unavailable in v1.${from + 3}+${use}`;
  const devices = (version: string, from: number) => ({
    [`${version}/deviceclasses`]: gone(version, 'DeviceClass', from),
    [`${version}/resourceclaims`]: gone(version, 'ResourceClaim', from),
    [`${version}/resourceclaimtemplates`]: gone(version, 'ResourceClaimTemplate', from),
    [`${version}/resourceslices`]: gone(version, 'ResourceSlice', from),
  });
  const [admission, coordination] = ['admissionregistration.k8s.io/v1alpha1', 'coordination.k8s.io'];
  const network = 'networking.k8s.io/v1beta1';
  assert.deepEqual(found, {
    'v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
    'v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    [`${network}/ipaddresses`]: gone(network, 'IPAddress', 34),
    [`${network}/servicecidrs`]: gone(network, 'ServiceCIDR', 34),
    'storage.k8s.io/v1beta1/volumeattributesclasses': gone(
      'storage.k8s.io/v1beta1',
      'VolumeAttributesClass',
      34,
      '; use storage.k8s.io/v1 VolumeAttributesClass',
    ),
    [`${admission}/mutatingadmissionpolicies`]: gone(admission, 'MutatingAdmissionPolicy', 35),
    [`${admission}/mutatingadmissionpolicybindings`]: gone(admission, 'MutatingAdmissionPolicyBinding', 35),
    [`${coordination}/v1beta1/leasecandidates`]: gone(`${coordination}/v1beta1`, 'LeaseCandidate', 36),
    [`${coordination}/v1alpha2/leasecandidates`]: gone(`${coordination}/v1alpha2`, 'LeaseCandidate', 35),
    'resource.k8s.io/v1alpha3/devicetaintrules': gone('resource.k8s.io/v1alpha3', 'DeviceTaintRule', 36),
    ...devices('resource.k8s.io/v1beta2', 36),
    ...devices('resource.k8s.io/v1beta1', 35),
  });
});
