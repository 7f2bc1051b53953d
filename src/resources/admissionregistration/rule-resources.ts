import { type FieldError, type FieldPath, invalid, required } from '../../apimachinery/field-error.ts';

/** Findings on `resources`: `pods`, `pods/log`, `*`, `pods/*`, a star with a subresource, and a star on both sides. */
export function validateRuleResources(resources: readonly string[], path: FieldPath): FieldError[] {
  if (resources.length === 0) return [required(path)];
  const errors = validateOverlap(resources, path);
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  // As upstream has it: the last entry without a subresource decides.
  const plain = resources.filter((resource) => resource !== '' && !resource.includes('/'));
  if (plain.includes('*') && plain.at(-1) !== '*') {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(path, resources, detail));
  }
  return errors;
}

/** An entry must not repeat what an earlier one with a star already says. */
function validateOverlap(resources: readonly string[], path: FieldPath): FieldError[] {
  const allSubresourcesOf = new Set<string>();
  const onAllResources = new Set<string>();
  const errors: FieldError[] = [];
  for (const [i, text] of resources.entries()) {
    const slash = text.indexOf('/');
    if (text === '') errors.push(required(path.index(i)));
    if (slash < 0) continue;
    const [resource, subresource] = [text.slice(0, slash), text.slice(slash + 1)];
    const repeats = (pattern: string) =>
      invalid(path.index(i), text, `if '${pattern}' is present, must not specify ${text}`);
    if (allSubresourcesOf.has(resource)) errors.push(repeats(`${resource}/*`));
    if (onAllResources.has(subresource)) errors.push(repeats(`*/${subresource}`));
    if (subresource === '*') allSubresourcesOf.add(resource);
    if (resource === '*') onAllResources.add(subresource);
  }
  return errors;
}
