import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import type { ResourceDefinition, ServedVersion } from '../definition.ts';
import { idOf, tagOf } from './names.ts';
import { type Parameter, pathLevel } from './parameters.ts';

/** One resource in one version, with what every path and operation of it needs. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly gvk: GroupVersionKind;
  /** Type of an object, and of a list of them. */
  readonly type: string;
  readonly listType: string;
  readonly tag: string;
  /** `AppsV1`. */
  readonly id: string;
  /** `Namespaced` or ''. */
  readonly scopeId: string;
  /** `/apis/apps/v1` */
  readonly root: string;
  /** `/apis/apps/v1/namespaces/{namespace}/deployments`, and with `/{name}`. */
  readonly collection: string;
  readonly item: string;
  /** Parameters at the collection, and at the item. */
  readonly collectionParameters: readonly Parameter[];
  readonly itemParameters: readonly Parameter[];
}

/** `/api/v1` or `/apis/apps/v1` */
export const rootOf = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

export function targetOf(definition: ResourceDefinition, { version, schema }: ServedVersion): Target {
  const { group, resource, kind, listKind, scope } = definition;
  const namespaced = scope === 'Namespaced';
  const root = rootOf(group, version);
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  const collectionParameters = [...(namespaced ? [pathLevel.namespace] : []), pathLevel.pretty];
  return {
    definition,
    gvk: { group, version, kind },
    type: schema,
    listType: schema.replace(/[^.]+$/, listKind),
    tag: tagOf(group, version),
    id: idOf(group, version),
    scopeId: namespaced ? 'Namespaced' : '',
    root,
    collection,
    item: `${collection}/{name}`,
    collectionParameters,
    itemParameters: [pathLevel.name(kind), ...collectionParameters],
  };
}
