import type { ICounterSet, IResourcePool } from 'kubernetes-models/resource.k8s.io/v1';
import type { INodeSelector } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateSet } from '../lists.ts';
import { validateDriverName, validatePoolName } from '../names.ts';
import { validateCounterSetName, validateCounters, validateDevice } from './devices.ts';
import { validateNodes } from './nodes.ts';
import { specOf } from './types.ts';

const maxDevices = 128;
/** When devices have taints or take from counters. */
const maxDemandingDevices = 64;
const maxCounterSets = 8;
const path = FieldPath.of('spec');

const oneOfNodes =
  'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

export function validateSlice(slice: KubeObject, old?: KubeObject): FieldError[] {
  const spec = specOf(slice);
  return [
    ...validateDriverName(spec.driver ?? '', path.child('driver')),
    ...validatePool(spec.pool, path.child('pool')),
    ...(old ? validateIdentity(slice, old) : []),
    ...validateNodes(
      spec,
      {
        missing: oneOfNodes,
        several: `${oneOfNodes}, but multiple fields are set`,
        emptyName: 'must be either unset or set to a non-empty string',
      },
      path,
    ),
    ...validateOneTerm(spec.nodeSelector),
    ...(spec.sharedCounters && spec.devices
      ? [invalid(path, '', 'only one of `sharedCounters` or `devices` is allowed')]
      : []),
    ...validateDevices(slice, old),
    ...validateSet(
      spec.sharedCounters,
      maxCounterSets,
      path.child('sharedCounters'),
      ({ name }) => name ?? '',
      validateCounterSet,
    ),
  ];
}

function validatePool(pool: Partial<IResourcePool> | undefined, poolPath: FieldPath): FieldError[] {
  const { name = '', resourceSliceCount: count = 0, generation = 0 } = pool ?? {};
  return [
    ...validatePoolName(name, poolPath.child('name')),
    ...(count > 0 ? [] : [invalid(poolPath.child('resourceSliceCount'), count, 'must be greater than zero')]),
    ...(generation < 0
      ? [invalid(poolPath.child('generation'), generation, 'must be greater than or equal to zero')]
      : []),
  ];
}

function validateIdentity(slice: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [specOf(slice), specOf(old)];
  return [
    ...validateImmutableField(spec.pool?.name, before.pool?.name, path.child('pool', 'name')),
    ...validateImmutableField(spec.driver, before.driver, path.child('driver')),
    ...validateImmutableField(spec.nodeName, before.nodeName, path.child('nodeName')),
  ];
}

function validateOneTerm(selector: INodeSelector | undefined): FieldError[] {
  const terms = selector?.nodeSelectorTerms ?? [];
  return !selector || terms.length === 1
    ? []
    : [
        invalid(
          path.child('nodeSelector', 'nodeSelectorTerms'),
          terms,
          'must have exactly one node selector term',
        ),
      ];
}

function validateDevices(slice: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { devices = [], perDeviceNodeSelection = false } = specOf(slice);
  const before = new Map((old ? (specOf(old).devices ?? []) : []).map((device) => [device.name, device]));
  const demanding = devices.some(
    ({ taints, consumesCounters }) => taints?.length || consumesCounters?.length,
  );
  return validateSet(
    devices,
    demanding ? maxDemandingDevices : maxDevices,
    path.child('devices'),
    ({ name }) => name ?? '',
    (device, at) => validateDevice(device, before.get(device.name), perDeviceNodeSelection, at),
  );
}

const validateCounterSet = (set: ICounterSet, at: FieldPath): FieldError[] => [
  ...validateCounterSetName(set.name ?? '', at.child('name')),
  ...validateCounters(set.counters, at.child('counters')),
];
