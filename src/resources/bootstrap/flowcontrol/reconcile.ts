import { cloneJson, isRecord, jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { autoUpdateAnnotation } from '../../flowcontrol/priority-levels.ts';

const truths = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const falsehoods = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Whether the server put the object there itself, and may take it away once it is no longer among its own. */
export const isKeptByServer = (object: KubeObject): boolean => autoUpdateOf(object) === true;

/** The annotation as a boolean; undefined when it is absent or says neither. */
function autoUpdateOf({ metadata }: KubeObject): boolean | undefined {
  const text = metadata.annotations?.[autoUpdateAnnotation] ?? '';
  return truths.includes(text) ? true : falsehoods.includes(text) ? false : undefined;
}

/** The administrator may give the exempt level shares of its own. */
function comparableSpec(wanted: KubeObject, existing: KubeObject): unknown {
  const spec = existing['spec'];
  if (wanted.kind !== 'PriorityLevelConfiguration' || wanted.metadata.name !== 'exempt')
    return wanted['spec'];
  const exempt = isRecord(spec) && isRecord(spec['exempt']) ? spec['exempt'] : undefined;
  return exempt ? { type: 'Exempt', exempt } : wanted['spec'];
}

/**
 * What an existing FlowSchema or PriorityLevelConfiguration must become. A mandatory one always gets the wanted spec; a
 * suggested one when its annotation says so or, without annotation, when nobody has changed its spec yet. Source:
 * `pkg/registry/flowcontrol/ensurer`.
 */
export function reconcileFlowControl(
  existing: KubeObject,
  wanted: KubeObject,
  mandatory: boolean,
): KubeObject | undefined {
  const given = autoUpdateOf(existing);
  const autoUpdate = mandatory || (given ?? existing.metadata.generation === 1);
  const specChanged = autoUpdate && !jsonEqual(comparableSpec(wanted, existing), existing['spec']);
  if (given === autoUpdate && !specChanged) return undefined;
  const object = cloneJson(existing);
  if (specChanged) object['spec'] = cloneJson(wanted['spec']);
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [autoUpdateAnnotation]: String(autoUpdate),
  };
  return object;
}
