import type { Client } from './client.ts';
import type { Resource } from './resource.ts';

/** A resource as discovery tells of it. */
export interface ServedResource {
  readonly resource: Resource;
  readonly verbs: readonly string[];
}

export interface Discovered {
  /** Every resource in every version; the version that its group prefers comes first. */
  readonly resources: readonly ServedResource[];
  /** Group versions of which nobody could say what they serve now, as `group/version`. */
  readonly stale: readonly string[];
}

const accepted = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Asks what is served, by aggregated discovery (KEP-3352). */
export async function discover({ send }: Client): Promise<Discovered> {
  const ask = (target: string) => send('GET', target, undefined, undefined, accepted);
  const documents = (await Promise.all([ask('/api'), ask('/apis')])) as GroupList[];
  const versions = documents.flatMap(({ items = [] }) =>
    items.flatMap(({ metadata: { name: group = '' } = {}, versions: all = [] }) =>
      all.map((version) => ({ group, ...version })),
    ),
  );
  return {
    resources: versions.flatMap(({ group, version, resources = [] }) =>
      resources.map(({ resource, responseKind, scope, verbs }) => ({
        resource: Object.freeze({
          group,
          version,
          resource,
          kind: responseKind?.kind ?? '',
          namespaced: scope === 'Namespaced',
          metadataOnly: false,
        }),
        verbs,
      })),
    ),
    stale: versions
      .filter(({ freshness }) => freshness === 'Stale')
      .map(({ group, version }) => `${group}/${version}`),
  };
}

/** Each resource once, in the version that its group prefers. */
export function preferred(resources: readonly ServedResource[]): readonly ServedResource[] {
  const first = new Map<string, ServedResource>();
  for (const served of resources) {
    const { group, resource } = served.resource;
    const name = `${group}/${resource}`;
    if (!first.has(name)) first.set(name, served);
  }
  return [...first.values()];
}

interface GroupList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly freshness?: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind?: string };
        readonly scope: string;
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}
