import type { KubeObject } from '../apimachinery/object.ts';
import { ownValue } from './structs.ts';

/** The class that an annotation marks as default; of several the newest, then the first by name. */
export function newestDefault(
  classes: Iterable<KubeObject>,
  annotations: readonly string[],
): string | undefined {
  let best: KubeObject | undefined;
  for (const candidate of classes) {
    const marks = candidate.metadata.annotations;
    if (!annotations.some((annotation) => ownValue(marks, annotation) === 'true')) continue;
    if (!best || isPreferred(candidate, best)) best = candidate;
  }
  return best?.metadata.name;
}

function isPreferred({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  const [left = '', right = ''] = [a.creationTimestamp, b.creationTimestamp];
  return left === right ? (a.name ?? '') < (b.name ?? '') : left > right;
}
