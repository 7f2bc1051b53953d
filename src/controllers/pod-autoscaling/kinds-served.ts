import type { Client } from '../../client/client.ts';
import { unlessNotFound } from '../../client/failure.ts';

/** Where objects of a kind are served. */
export interface Served {
  /** `/apis/apps/v1` */
  readonly root: string;
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
}

interface Group {
  readonly preferredVersion?: { readonly version: string };
  readonly versions?: readonly { readonly version: string }[];
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

/** What most autoscalers scale need not be looked up. */
const wellKnown: ReadonlyMap<string, readonly Served[]> = new Map(
  [
    { kind: 'Deployment', group: 'apps', root: '/apis/apps/v1', resource: 'deployments' },
    { kind: 'ReplicaSet', group: 'apps', root: '/apis/apps/v1', resource: 'replicasets' },
    { kind: 'StatefulSet', group: 'apps', root: '/apis/apps/v1', resource: 'statefulsets' },
    { kind: 'ReplicationController', group: '', root: '/api/v1', resource: 'replicationcontrollers' },
  ].map(({ kind, ...served }) => [`${served.group}/${kind}`, [served]]),
);

/** Versions of a group, the preferred one first; none when there is no such group. */
export async function versionsOf(client: Client, name: string): Promise<readonly string[]> {
  if (name === '') return ['v1'];
  const answer = (await unlessNotFound(client.send('GET', `/apis/${name}`))) as Group | undefined;
  const versions = (answer?.versions ?? []).map(({ version }) => version);
  const preferred = answer?.preferredVersion?.version;
  return preferred === undefined
    ? versions
    : [preferred, ...versions.filter((version) => version !== preferred)];
}

/**
 * Where a kind is served, in each version of its group, the preferred one first. Throws an Error with client-go's words when it is
 * served nowhere.
 */
export async function whereServed(
  client: Client,
  groupName: string,
  kind: string,
): Promise<readonly Served[]> {
  const known = wellKnown.get(`${groupName}/${kind}`);
  if (known) return known;
  const found: Served[] = [];
  for (const version of await versionsOf(client, groupName)) {
    const root = groupName === '' ? `/api/${version}` : `/apis/${groupName}/${version}`;
    const list = (await unlessNotFound(client.send('GET', root))) as ResourceList | undefined;
    const resource = list?.resources?.find((entry) => entry.kind === kind && !entry.name.includes('/'));
    if (resource) found.push({ root, group: groupName, resource: resource.name });
  }
  if (found.length > 0) return found;
  throw new Error(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(groupName)}`);
}
