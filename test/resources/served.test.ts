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
