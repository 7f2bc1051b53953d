import { DecodeError } from './decode-error.ts';

/** Upstream's decoder stops collecting findings here, so that an answer stays small. */
const maxFindings = 100;

/**
 * Where a walk over a decoded value stands. Segments are kept in flat arrays that deeper levels overwrite, so that a walk
 * without findings allocates nothing for paths.
 */
export interface WalkState {
  /** Field names, map keys and list indexes from the root; only those below the current depth count. */
  readonly path: (string | number)[];
  /** The Go struct that a segment is a field of; '' for map keys and list indexes. */
  readonly owners: string[];
  /** `unknown field "spec.foo"` and the like, in the order of the document. */
  readonly findings: string[];
}

export const startWalk = (): WalkState => ({ path: [], owners: [], findings: [] });

/** `spec.containers[0].image` */
export function pathText(path: readonly (string | number)[], depth: number): string {
  let text = '';
  for (let i = 0; i < depth; i++) {
    const segment = path[i]!;
    text += typeof segment === 'number' ? `[${segment}]` : text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** Notes that the object at `depth` has a field nobody knows. */
export function noteUnknown(state: WalkState, depth: number, field: string): void {
  if (state.findings.length >= maxFindings) return;
  state.path[depth] = field;
  state.findings.push(`unknown field "${pathText(state.path, depth + 1)}"`);
}

/** A value as Go's decoder calls it. */
export function valueName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32` */
export function mismatch(state: WalkState, depth: number, found: string, goType: string): DecodeError {
  const fields = state.path.slice(0, depth).filter((_, i) => state.owners[i] !== '');
  const owner = state.owners.slice(0, depth).findLast((name) => name !== '');
  const target = owner === undefined ? 'Go value' : `Go struct field ${owner}.${fields.join('.')}`;
  return new DecodeError(`json: cannot unmarshal ${found} into ${target} of type ${goType}`);
}
