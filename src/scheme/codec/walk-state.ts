import { conversionText } from './conversion-text.ts';
import { type DecodeError, MismatchError } from './decode-error.ts';
import { goFieldPath, goFieldType } from './go-names.ts';
import { goStructName } from './go-type.ts';

/** Upstream's decoder stops collecting findings here, so that an answer stays small. */
const maxFindings = 100;

/**
 * Where a walk over a decoded value stands. Segments are kept in flat arrays that deeper levels overwrite, so that a walk
 * without findings allocates nothing for paths.
 */
export interface WalkState {
  /** Field names, map keys and list indexes from the root; only those below the current depth count. */
  readonly path: (string | number)[];
  /** The type, by its name in schemas, that a segment is a field of; '' for map keys and list indexes. */
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

/**
 * `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`. `goType` is what the value
 * should be when its place has no type with a name of its own.
 */
export function mismatch(state: WalkState, depth: number, found: string, goType: string): DecodeError {
  const { text, type } = mismatchAt(state, depth, found, goType);
  return new MismatchError(text, conversionText(found, goType, type) ?? text);
}

/** The same for types that read themselves, and do not know where they are when they are converted. */
export const mismatchWithin = (state: WalkState, depth: number, found: string, goType: string): DecodeError =>
  new MismatchError(mismatchAt(state, depth, found, goType).text, cannotUnmarshal(found, 'Go value', goType));

function mismatchAt(state: WalkState, depth: number, found: string, goType: string) {
  const at = state.owners.slice(0, depth).findLastIndex((name) => name !== '');
  if (at === -1) return { text: cannotUnmarshal(found, 'Go value', goType), type: goType };
  const owner = state.owners[at]!;
  const fields: string[] = [];
  for (let i = 0; i <= at; i++) {
    const holder = state.owners[i]!;
    if (holder !== '') fields.push(goFieldPath(holder, String(state.path[i])));
  }
  const type = goFieldType(owner, String(state.path[at]), depth - 1 - at) ?? goType;
  const place = `Go struct field ${goStructName(owner)}.${fields.join('.')}`;
  return { text: cannotUnmarshal(found, place, type), type };
}

const cannotUnmarshal = (found: string, target: string, goType: string): string =>
  `json: cannot unmarshal ${found} into ${target} of type ${goType}`;
