import type { RequestForm } from '../../admission/types.ts';
import { apiVersionOf, parseApiVersion } from '../../apimachinery/gvk.ts';
import { cloneJson, isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { fillAlwaysPresent, fillNulls } from '../../scheme/codec/always-present.ts';
import { DecodeError } from '../../scheme/codec/decode-error.ts';
import { shapeObject } from '../../scheme/codec/shape.ts';
import type { ActionSubresource, ConnectSubresource, ScaleSubresource } from '../../scheme/definition.ts';
import type { Served } from '../catalog.ts';
import type { Registry, Target } from '../context.ts';
import { fromStored, toStored } from '../convert.ts';
import { scaleKind, toScale } from '../scale.ts';

type Forms = readonly [RequestForm, ...RequestForm[]];

/** How the objects of a request look outside of the server: as it was sent, and in the other versions of the resource. */
export function formsOf(registry: Registry, target: Target, object: KubeObject | undefined): Forms {
  const subresource = target.definition.subresources[target.subresource];
  switch (subresource?.kind) {
    case 'scale':
      return [scaleForm(registry, target, subresource)];
    case 'action':
      return [bodyForm(registry, target, object, subresource)];
    case 'connect':
      return [optionsForm(target, subresource)];
    default:
      return [objectForm(registry, target), ...equivalentsOf(registry, target)];
  }
}

/** Resources whose objects are the same ones: other versions, and other groups that share their place in the store. */
const equivalentsOf = (registry: Registry, { definition, version, subresource }: Target): RequestForm[] =>
  registry.catalog
    .definitions()
    .filter(
      ({ resource, stored, subresources }) =>
        resource === definition.resource &&
        stored.group === definition.stored.group &&
        stored.kind === definition.stored.kind &&
        (subresource === '' || Object.hasOwn(subresources, subresource)),
    )
    .flatMap((one) => one.versions.map((served) => ({ definition: one, version: served })))
    .filter((one) => one.definition.group !== definition.group || one.version.version !== version.version)
    .map((served) => objectForm(registry, served));

const resourceOf = ({ definition: { group, resource }, version: { version } }: Served) => ({
  group,
  version,
  resource,
});

function objectForm({ schemas }: Registry, served: Served): RequestForm {
  const { definition, version } = served;
  return {
    resource: resourceOf(served),
    kind: { group: definition.group, version: version.version, kind: definition.kind },
    show(object) {
      const copy = cloneJson(object);
      fillAlwaysPresent(schemas, definition.stored.schema, copy);
      fillNulls(schemas, definition.stored.schema, copy);
      return namedFirst(fromStored(served, copy));
    },
    adopt(object, changed) {
      const { object: shaped } = shapeObject(schemas, version.schema, changed);
      version.defaults?.(shaped);
      replaceIn(object, toStored(served, shaped));
    },
  };
}

/** Of the whole workload, its size. */
function scaleForm({ schemas }: Registry, target: Target, view: ScaleSubresource): RequestForm {
  const { group, version, kind, schema } = scaleKind;
  return {
    resource: resourceOf(target),
    kind: { group, version, kind },
    show: (object) => toScale(view, object),
    labels: () => ({}),
    adopt(object, changed) {
      const { spec } = shapeObject(schemas, schema, changed).object;
      const replicas = isRecord(spec) ? spec['replicas'] : undefined;
      view.setReplicas(object, typeof replicas === 'number' ? replicas : 0);
    },
  };
}

/** What is answered or done, and not stored, is admitted as it was sent. */
function bodyForm(
  { schemas }: Registry,
  target: Target,
  body: KubeObject | undefined,
  { group, version, bodyKind, schema }: ActionSubresource,
): RequestForm {
  const sent = parseApiVersion(body?.apiVersion ?? '') ?? { group, version };
  return {
    resource: resourceOf(target),
    kind: { ...sent, kind: bodyKind },
    show: (object) => namedFirst(cloneJson({ ...object, apiVersion: apiVersionOf(sent), kind: bodyKind })),
    adopt: (object, changed) => replaceIn(object, shapeObject(schemas, schema, changed).object),
  };
}

/** Options of a connection, which have no metadata. */
const optionsForm = (target: Target, { optionsKind }: ConnectSubresource): RequestForm => ({
  resource: resourceOf(target),
  kind: { group: '', version: 'v1', kind: optionsKind },
  show: cloneJson,
  labels: () => undefined,
  adopt(object, changed) {
    if (!isRecord(changed)) throw new DecodeError(`options are no ${typeof changed}`);
    replaceIn(object, changed as KubeObject);
  },
});

const namedFirst = ({ kind, apiVersion, ...rest }: KubeObject): KubeObject => ({ kind, apiVersion, ...rest });

function replaceIn(object: KubeObject, by: KubeObject): void {
  for (const field of Object.keys(object)) delete object[field];
  Object.assign(object, by);
}
