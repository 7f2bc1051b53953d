import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { countIndexes, IndexRangeError, overlap } from '../index-ranges.ts';
import type { StatusChange } from './status-change.ts';

/** Findings on the indexes that are done and the ones that failed. `path` is that of the status. */
export function validateIndexes({ spec, status, old }: StatusChange, path: FieldPath): FieldError[] {
  const { completions, completionMode, backoffLimitPerIndex } = spec;
  const { completedIndexes = '', failedIndexes } = status;
  const completedChanged = completedIndexes !== (old.completedIndexes ?? '');
  const failedChanged = failedIndexes !== old.failedIndexes;
  const completedPath = path.child('completedIndexes');
  const failedPath = path.child('failedIndexes');
  const errors: FieldError[] = [];
  if (completedChanged && completions !== undefined) {
    errors.push(...validateIndexText(completedIndexes, completions, 'completedIndexes', completedPath));
  }
  const hasFailed = failedChanged && failedIndexes !== undefined;
  if (hasFailed && completions !== undefined && backoffLimitPerIndex !== undefined) {
    errors.push(...validateIndexText(failedIndexes, completions, 'failedIndexes', failedPath));
  }
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid(completedPath, completedIndexes, detail));
  }
  if (hasFailed && backoffLimitPerIndex === undefined) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid(failedPath, failedIndexes, detail));
  }
  if ((failedChanged || completedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const shared = overlap(completedIndexes, failedIndexes, completions);
    if (shared !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      errors.push(invalid(failedPath, failedIndexes, detail));
    }
  }
  return errors;
}

function validateIndexText(text: string, completions: number, field: string, path: FieldPath): FieldError[] {
  try {
    countIndexes(text, completions);
    return [];
  } catch (error) {
    if (!(error instanceof IndexRangeError)) throw error;
    return [invalid(path, text, `error parsing ${field}: ${error.message}`)];
  }
}
