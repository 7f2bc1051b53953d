import type { KubeObject } from '../../../apimachinery/object.ts';

/** Names in events.k8s.io/v1 and in core/v1, the stored form, of the fields that the two call differently. */
const renamed: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

function move(object: KubeObject, from: string, to: string): KubeObject {
  const value = object[from];
  delete object[from];
  if (value === undefined) delete object[to];
  else object[to] = value;
  return object;
}

/** From events.k8s.io/v1 to core/v1, in place. */
export const toStored = (object: KubeObject): KubeObject =>
  renamed.reduce((event, [name, stored]) => move(event, name, stored), object);

/** What core/v1 has even when it is empty, and events.k8s.io/v1 leaves out then. */
const leftOut = ['reportingController', 'reportingInstance'];

/** From core/v1 to events.k8s.io/v1, in place. */
export function fromStored(object: KubeObject): KubeObject {
  const event = renamed.reduce((moved, [name, stored]) => move(moved, stored, name), object);
  for (const name of leftOut) if (event[name] === '') delete event[name];
  return event;
}
