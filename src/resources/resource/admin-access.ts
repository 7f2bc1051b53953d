import { type FieldError, type FieldPath, forbidden } from '../../apimachinery/field-error.ts';
import type { WriteContext } from '../../scheme/definition.ts';

const label = 'resource.kubernetes.io/admin-access';
const detail = `admin access to devices requires the \`${label}: true\` label on the containing namespace`;

/** Devices that others use may be looked into only from namespaces that say so. Names the first of a list that wants to. */
export function validateAdminAccess(
  list: readonly { readonly adminAccess?: boolean | undefined }[],
  context: WriteContext,
  path: FieldPath,
): FieldError[] {
  const first = list.findIndex(({ adminAccess }) => adminAccess);
  if (first < 0 || context.namespaceLabels()[label] === 'true') return [];
  return [forbidden(path.index(first).child('adminAccess'), detail)];
}
