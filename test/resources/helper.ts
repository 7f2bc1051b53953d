import { parseTime, virtualClock } from '../../src/apimachinery/clock.ts';
import type { FieldError } from '../../src/apimachinery/field-error.ts';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import type { UserInfo } from '../../src/apimachinery/user.ts';
import type {
  ObjectSubresource,
  ResourceDefinition,
  Strategy,
  WriteContext,
} from '../../src/scheme/definition.ts';

export const now = '2026-01-01T00:00:00Z';
export const nowMs = parseTime(now);

export function contextOf(user: UserInfo = { name: 'ann', groups: ['system:authenticated'] }): WriteContext {
  return {
    user,
    clock: virtualClock(nowMs),
    random: seededRandom(1),
    subresource: '',
    namespaceLabels: () => ({}),
    warn: () => {},
  };
}

/** An object of the kind in its stored version, from the parts that a test cares about. */
export const manifest = (
  definition: ResourceDefinition,
  fields: Record<string, unknown>,
  metadata: KubeObject['metadata'] = {},
): KubeObject => {
  const { group, version } = definition.stored;
  return cloneJson({
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind: definition.kind,
    metadata: {
      name: 'x',
      ...(definition.scope === 'Namespaced' ? { namespace: 'default' } : {}),
      ...metadata,
    },
    ...fields,
  });
};

/** A copy with the defaults of a served version, the stored one unless named. */
export function defaulted(
  definition: ResourceDefinition,
  object: KubeObject,
  version = definition.stored.version,
): KubeObject {
  const copy = cloneJson(object);
  definition.versions.find((served) => served.version === version)!.defaults?.(copy);
  return copy;
}

export const texts = (errors: readonly FieldError[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const nameErrors = (strategy: Strategy, object: KubeObject): string[] =>
  (strategy.validateName?.(object.metadata.name ?? '', false) ?? []).map(
    (message) => `metadata.name: ${message}`,
  );

/** Defaults and validates a new object; the findings as `field: message`. */
export function problems(
  definition: ResourceDefinition,
  object: KubeObject,
  context: WriteContext = contextOf(),
): string[] {
  const { strategy } = definition;
  const copy = defaulted(definition, object);
  return [...nameErrors(strategy, copy), ...texts(strategy.validate?.(copy, context) ?? [])];
}

/** Defaults both and validates the change from `old` to `object`. */
export function updateProblems(
  definition: ResourceDefinition,
  object: KubeObject,
  old: KubeObject,
  subresource = '',
  context: WriteContext = contextOf(),
): string[] {
  const strategy =
    subresource === ''
      ? definition.strategy
      : (definition.subresources[subresource] as ObjectSubresource).strategy;
  const [next, before] = [defaulted(definition, object), defaulted(definition, old)];
  return texts(strategy.validateUpdate?.(next, before, context) ?? []);
}

/** Column names, wide ones in brackets. */
export const columns = ({ table }: ResourceDefinition): string[] =>
  table.columns.map(({ name, priority }) => (priority === 0 ? name : `[${name}]`));

export const cells = ({ table }: ResourceDefinition, object: KubeObject): readonly unknown[] =>
  table.row(object, nowMs).cells;
