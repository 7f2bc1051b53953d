import type { GroupResource } from '../apimachinery/gvk.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Reader } from '../apimachinery/reader.ts';
import { mandatoryFlowSchemas } from '../resources/flowcontrol/flow-schemas.ts';
import type { FlowRule } from '../resources/flowcontrol/flowschemas/rules.ts';
import { mandatoryPriorityLevels } from '../resources/flowcontrol/priority-levels.ts';
import type { PriorityLevelSpec } from '../resources/flowcontrol/prioritylevelconfigurations/types.ts';
import type { Discipline } from './queue-state.ts';

const group = 'flowcontrol.apiserver.k8s.io';
export const flowSchemas: GroupResource = { group, resource: 'flowschemas' };
export const priorityLevels: GroupResource = { group, resource: 'prioritylevelconfigurations' };

/** The level that is never limited; it is exempt, and no other is. */
export const exemptLevel = 'exempt';

/** A FlowSchema whose level exists. */
export interface SchemaConfig {
  readonly name: string;
  readonly uid: string;
  readonly level: string;
  readonly precedence: number;
  readonly distinguisher: 'ByUser' | 'ByNamespace' | undefined;
  readonly rules: readonly FlowRule[];
}

/** A PriorityLevelConfiguration. */
export interface LevelConfig {
  readonly name: string;
  readonly uid: string;
  readonly shares: number;
  readonly lendablePercent: number;
  /** Of the nominal limit; undefined when the level may borrow whatever there is. */
  readonly borrowingPercent: number | undefined;
  readonly discipline: Discipline;
}

export interface Configuration {
  /** In the order in which they are tried; the last one takes everything. */
  readonly schemas: readonly SchemaConfig[];
  readonly levels: ReadonlyMap<string, LevelConfig>;
}

/**
 * What the objects say. The mandatory ones are there even when the store lacks them, and an object that makes no sense
 * does not count.
 */
export function readConfiguration(reader: Reader): Configuration {
  const levels = new Map<string, LevelConfig>();
  for (const object of [...mandatoryPriorityLevels(), ...reader.list(priorityLevels, '')]) {
    const level = levelOf(object);
    if (level) levels.set(level.name, level);
  }
  const byName = new Map<string, SchemaConfig>();
  for (const object of [...mandatoryFlowSchemas(), ...reader.list(flowSchemas, '')]) {
    const schema = schemaOf(object);
    if (levels.has(schema.level)) byName.set(schema.name, schema);
  }
  const schemas = [...byName.values()].sort(
    (a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1),
  );
  return { schemas, levels };
}

interface SchemaSpec {
  readonly priorityLevelConfiguration: { readonly name: string };
  readonly matchingPrecedence: number;
  readonly distinguisherMethod?: { readonly type: 'ByUser' | 'ByNamespace' };
  readonly rules?: readonly FlowRule[];
}

function schemaOf({ metadata, ...object }: KubeObject): SchemaConfig {
  const spec = object['spec'] as SchemaSpec;
  return {
    name: metadata.name!,
    uid: metadata.uid ?? '',
    level: spec.priorityLevelConfiguration.name,
    precedence: spec.matchingPrecedence,
    distinguisher: spec.distinguisherMethod?.type,
    rules: spec.rules ?? [],
  };
}

function levelOf({ metadata, ...object }: KubeObject): LevelConfig | undefined {
  const { type, limited, exempt } = object['spec'] as PriorityLevelSpec;
  const name = metadata.name!;
  const common = { name, uid: metadata.uid ?? '' };
  if ((type === 'Exempt') !== (name === exemptLevel)) return undefined;
  if (type === 'Exempt') {
    return {
      ...common,
      shares: exempt?.nominalConcurrencyShares ?? 0,
      lendablePercent: exempt?.lendablePercent ?? 0,
      borrowingPercent: undefined,
      discipline: 'exempt',
    };
  }
  if (!limited) return undefined;
  const { queues, handSize, queueLengthLimit } = limited.limitResponse?.queuing ?? {};
  return {
    ...common,
    shares: limited.nominalConcurrencyShares ?? 0,
    lendablePercent: limited.lendablePercent ?? 0,
    borrowingPercent: limited.borrowingLimitPercent ?? undefined,
    discipline: queues && handSize && queueLengthLimit ? { queues, handSize, queueLengthLimit } : 'reject',
  };
}
