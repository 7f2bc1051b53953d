import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { isDNS1035Label } from '../../../apimachinery/names.ts';
import { validateColumns } from './columns.ts';
import { hoist } from './hoist.ts';
import { validateSelectableFields } from './selectable-fields.ts';
import { validateSubresources } from './subresources.ts';
import type { CrdSpec, CrdVersion, VersionParts } from './types.ts';
import { validateVersionSchema } from './version-schema.ts';

const maxDeprecationWarning = 256;

/** Findings on `spec.versions`, and on what all versions have in common at the top of the spec. */
export function validateVersions({ versions: given = [] }: CrdSpec, path: FieldPath): FieldError[] {
  const { common, versions } = hoist(given);
  const versionsPath = path.child('versions');
  const anyStatus = given.some(({ subresources }) => subresources?.status);
  return [
    ...(common.schema?.openAPIV3Schema ? [] : validateSchemasPresent(versions, versionsPath)),
    ...versions.flatMap((version, i) => {
      const hasStatus = (version.subresources ?? common.subresources)?.status !== undefined;
      return validateVersion(version, hasStatus, versionsPath.index(i));
    }),
    ...validateTogether(given, versionsPath),
    ...validateParts(common, anyStatus, 'validation', path),
  ];
}

const validateSchemasPresent = (versions: readonly CrdVersion[], path: FieldPath): FieldError[] =>
  versions.flatMap(({ schema }, i) =>
    schema?.openAPIV3Schema ? [] : [required(path.index(i).child('schema', 'openAPIV3Schema'))],
  );

function validateVersion(version: CrdVersion, hasStatus: boolean, path: FieldPath): FieldError[] {
  const { name = '', deprecationWarning } = version;
  const problems = isDNS1035Label(name);
  return [
    ...(problems.length > 0 ? [invalid(path.child('name'), name, problems.join(','))] : []),
    ...deprecationProblems(version).map((problem) =>
      invalid(path.child('deprecationWarning'), deprecationWarning, problem),
    ),
    ...validateParts(version, hasStatus, 'schema', path),
  ];
}

function validateParts(
  parts: VersionParts,
  hasStatus: boolean,
  schemaField: 'schema' | 'validation',
  path: FieldPath,
): FieldError[] {
  const schema = parts.schema?.openAPIV3Schema;
  const fields = parts.selectableFields ?? [];
  return [
    ...(schema ? validateVersionSchema(schema, hasStatus, path.child(schemaField)) : []),
    ...validateSubresources(parts.subresources, path.child('subresources')),
    ...validateColumns(parts.additionalPrinterColumns ?? [], path.child('additionalPrinterColumns')),
    ...(schema ? validateSelectableFields(fields, schema, path.child('selectableFields')) : []),
  ];
}

function deprecationProblems({ deprecated = false, deprecationWarning: warning }: CrdVersion): string[] {
  if (warning === undefined) return [];
  if (!deprecated) return ['can only be set for deprecated versions'];
  const problems: string[] = [];
  if (Buffer.byteLength(warning) > maxDeprecationWarning) {
    problems.push(`must be <= ${maxDeprecationWarning} characters long`);
  }
  if (warning === '') problems.push('must not be an empty string');
  const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
  if (unprintable) {
    const at = Buffer.byteLength(warning.slice(0, unprintable.index));
    const detail = `non-printable character found at index ${at}`;
    problems.push(`must only contain printable UTF-8 characters; ${detail}`);
  }
  return problems;
}

function validateTogether(versions: readonly CrdVersion[], path: FieldPath): FieldError[] {
  const names = versions.map(({ name }) => name);
  const unique = new Set(names).size === names.length;
  const oneStorage = versions.filter(({ storage }) => storage).length === 1;
  return [
    ...(unique ? [] : [invalid(path, versions, 'must contain unique version names')]),
    ...(oneStorage
      ? []
      : [
          invalid(
            path,
            versions.length === 0 ? null : versions,
            'must have exactly one version marked as storage version',
          ),
        ]),
  ];
}
