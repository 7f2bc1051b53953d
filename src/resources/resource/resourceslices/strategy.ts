import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { stampTaints } from '../taints.ts';
import { specOf } from './types.ts';
import { validateSlice } from './validation.ts';

/** Attributes with several values, which no feature of this version enables. */
const listAttributes = ['bools', 'ints', 'strings', 'versions'];

function prepare(slice: KubeObject, nowMs: number): void {
  for (const device of specOf(slice).devices ?? []) {
    stampTaints(device.taints, nowMs);
    delete device.nodeAllocatableResourceMappings;
    for (const attribute of Object.values(device.attributes ?? {})) {
      for (const field of listAttributes) delete (attribute as Record<string, unknown>)[field];
    }
  }
}

function warnings(slice: KubeObject): string[] {
  const { driver = '' } = specOf(slice);
  return driver === driver.toLowerCase()
    ? []
    : [
        `spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`,
      ];
}

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  deleteReturnsObject: true,
  prepareForCreate: (slice, { clock }) => prepare(slice, clock.now()),
  prepareForUpdate: (slice, _old, { clock }) => prepare(slice, clock.now()),
  validate: (slice) => validateSlice(slice),
  validateUpdate: validateSlice,
  warnings,
};
