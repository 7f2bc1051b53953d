import { type FieldError, type FieldPath, required } from '../../../apimachinery/field-error.ts';
import { type JsonSchema, propertiesOf, propertyOf, schemaIn, schemasIn } from './json-schema.ts';

/** What a branch of the root talks about must be declared outside of it. As upstream, branches further down pass. */
export const validateComplete = (schema: JsonSchema, path: FieldPath): FieldError[] =>
  validateBranchesOf(schema, schema, path, path);

/** `path` is where `declared` stands, or should stand; `branchPath` where the branches are. */
function validateBranchesOf(
  branching: JsonSchema,
  declared: JsonSchema,
  path: FieldPath,
  branchPath: FieldPath,
): FieldError[] {
  const not = schemaIn(branching, 'not');
  const list = (field: string) =>
    schemasIn(branching, field).flatMap((branch, i) =>
      validateBranch(branch, declared, path, branchPath.child(field).index(i)),
    );
  return [
    ...(not ? validateBranch(not, declared, path, branchPath.child('not')) : []),
    ...list('allOf'),
    ...list('anyOf'),
    ...list('oneOf'),
  ];
}

function validateBranch(
  branch: JsonSchema,
  declared: JsonSchema | undefined,
  path: FieldPath,
  branchPath: FieldPath,
): FieldError[] {
  if (!declared) return [required(path, `because it is defined in ${branchPath}`)];
  const items = schemaIn(branch, 'items');
  return [
    ...validateBranchesOf(branch, declared, path, branchPath),
    ...(items
      ? validateBranch(items, schemaIn(declared, 'items'), path.child('items'), branchPath.child('items'))
      : []),
    ...propertiesOf(branch).flatMap(([name, property]) =>
      validateBranch(
        property,
        propertyOf(declared, name),
        path.child('properties').key(name),
        branchPath.child('properties').key(name),
      ),
    ),
  ];
}
