import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { validateSimplePath } from './columns.ts';
import type { Subresources } from './types.ts';

/** Findings on where `/scale` finds its numbers. */
export function validateSubresources(subresources: Subresources | undefined, path: FieldPath): FieldError[] {
  const scale = subresources?.scale;
  if (!scale) return [];
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  const of = (field: string) => path.child(`scale.${field}`);
  const spec = of('specReplicasPath');
  const status = of('statusReplicasPath');
  const either = ['.spec.', '.status.'];
  return [
    ...(specReplicasPath === ''
      ? [required(spec)]
      : validateBelow(specReplicasPath, ['.spec.'], 'should be a json path under .spec', spec)),
    ...(statusReplicasPath === ''
      ? [required(status)]
      : validateBelow(statusReplicasPath, ['.status.'], 'should be a json path under .status', status)),
    ...(labelSelectorPath === ''
      ? []
      : validateBelow(
          labelSelectorPath,
          either,
          'should be a json path under either .spec or .status',
          of('labelSelectorPath'),
        )),
  ];
}

function validateBelow(
  text: string,
  prefixes: readonly string[],
  detail: string,
  path: FieldPath,
): FieldError[] {
  const errors = validateSimplePath(text, path);
  if (errors.length > 0) return errors;
  return prefixes.some((prefix) => text.startsWith(prefix)) ? [] : [invalid(path, text, detail)];
}
