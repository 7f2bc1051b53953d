import { duplicate, type FieldError, FieldPath, required } from '../../apimachinery/field-error.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { readStruct } from '../struct-fields.ts';

/** Conditions of both kinds need no more than a type of their own. */
export function validateFlowControlStatus(object: KubeObject): FieldError[] {
  const path = FieldPath.of('status', 'conditions');
  const { conditions = [] } = readStruct<{ conditions?: { type?: string }[] }>(object, 'status');
  const seen = new Set<string>();
  return conditions.flatMap(({ type = '' }, i) => {
    const typePath = path.index(i).child('type');
    const repeated = seen.has(type) ? [duplicate(typePath, type)] : [];
    seen.add(type);
    return type === '' ? [...repeated, required(typePath)] : repeated;
  });
}
