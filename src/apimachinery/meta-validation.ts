import {
  type FieldError,
  type FieldPath,
  fieldImmutableMessage,
  forbidden,
  invalid,
  required,
  tooLong,
} from './field-error.ts';
import { parseApiVersion } from './gvk.ts';
import { validateAnnotations, validateLabels } from './labels-validation.ts';
import { joined } from './lists.ts';
import { byteLength, isQualifiedName, type NameRule, nameIsDNSLabel } from './names.ts';
import { isRecord, jsonEqual, type ObjectMeta, type OwnerReference } from './object.ts';

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';
const maxManagerBytes = 128;
const maxSubresourceBytes = 256;

export interface ObjectMetaRules {
  readonly requiresNamespace: boolean;
  readonly validateName: NameRule;
  /** Usually `metadata`. */
  readonly path: FieldPath;
  /** Built-in kinds take only finalizers that carry a domain, besides the few well-known ones. */
  readonly builtIn?: boolean;
}

/**
 * Findings on the metadata of a new object, after its name has been generated and its namespace filled in
 * (apimachinery `ValidateObjectMeta`).
 */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules): FieldError[] {
  const { path } = rules;
  return joined(
    validateNames(meta, rules),
    validateNamespace(meta.namespace ?? '', rules),
    (meta.generation ?? 0) < 0
      ? [invalid(path.child('generation'), meta.generation, 'must be greater than or equal to 0')]
      : [],
    validateLabels(meta.labels, path.child('labels')),
    validateAnnotations(meta.annotations, path.child('annotations')),
    validateOwnerReferences(meta.ownerReferences ?? [], path.child('ownerReferences')),
    validateFinalizers(meta.finalizers ?? [], path.child('finalizers')),
    validateManagedFields(meta.managedFields ?? [], path.child('managedFields')),
    rules.builtIn ? validateKubeFinalizers(meta.finalizers ?? [], path.child('finalizers')) : [],
  );
}

function validateNames(
  { name = '', generateName = '' }: ObjectMeta,
  { validateName, path }: ObjectMetaRules,
): FieldError[] {
  const errors =
    generateName === ''
      ? []
      : validateName(generateName, true).map((text) =>
          invalid(path.child('generateName'), generateName, text),
        );
  if (name === '') return [...errors, required(path.child('name'), 'name or generateName is required')];
  return [...errors, ...validateName(name, false).map((text) => invalid(path.child('name'), name, text))];
}

function validateNamespace(namespace: string, { requiresNamespace, path }: ObjectMetaRules): FieldError[] {
  const namespacePath = path.child('namespace');
  if (!requiresNamespace)
    return namespace === '' ? [] : [forbidden(namespacePath, 'not allowed on this type')];
  if (namespace === '') return [required(namespacePath)];
  return nameIsDNSLabel(namespace, false).map((text) => invalid(namespacePath, namespace, text));
}

/** Further controllers are not named: each finding quotes all references. */
const maxSurplusControllers = 10;

/** Each reference is complete, none is an event, at most one is the controller. Findings stand on the list. */
export function validateOwnerReferences(
  references: readonly OwnerReference[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  let surplus = 0;
  for (const reference of references) {
    errors.push(...validateOwnerReference(reference, path));
    if (reference.controller !== true) continue;
    const current = `${reference.kind}/${reference.name}`;
    if (controller === '') {
      controller = current;
      continue;
    }
    if (++surplus > maxSurplusControllers) continue;
    const message = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
    errors.push(invalid(path, references, message));
  }
  return errors;
}

function validateOwnerReference(reference: OwnerReference, path: FieldPath): FieldError[] {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const errors: FieldError[] = [];
  const version = parseApiVersion(apiVersion)?.version ?? '';
  if (version === '') errors.push(invalid(path.child('apiVersion'), apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(path.child('kind'), kind, 'must not be empty'));
  if (name === '') errors.push(invalid(path.child('name'), name, 'must not be empty'));
  if (uid === '') errors.push(invalid(path.child('uid'), uid, 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') {
    errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

/** Finalizers are label keys; orphaning and deleting the dependents exclude each other. */
export function validateFinalizers(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const errors = finalizers.flatMap((name) =>
    isQualifiedName(name).map((message) => invalid(path, name, message)),
  );
  if (finalizers.includes(orphanFinalizer) && finalizers.includes(foregroundFinalizer)) {
    const message = `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`;
    errors.push(invalid(path, finalizers, message));
  }
  return errors;
}

/** Finalizers that need no domain (`helper.IsStandardFinalizerName`). */
const standardFinalizers = ['kubernetes', orphanFinalizer, foregroundFinalizer];

/** What built-in kinds ask of finalizers beyond being label keys, on create and update. */
export const validateKubeFinalizers = (finalizers: readonly string[], path: FieldPath): FieldError[] =>
  finalizers.flatMap((name, i) =>
    name.includes('/') || standardFinalizers.includes(name)
      ? []
      : [invalid(path.index(i), name, 'name is neither a standard finalizer name nor is it fully qualified')],
  );

/** Operation, type and lengths of managed fields entries; their field sets are checked where they are read. */
export function validateManagedFields(entries: readonly unknown[], path: FieldPath): FieldError[] {
  return entries.flatMap((entry, i) =>
    isRecord(entry) ? validateManagedFieldsEntry(entry, path.index(i)) : [],
  );
}

function validateManagedFieldsEntry(entry: Record<string, unknown>, path: FieldPath): FieldError[] {
  const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
  const errors: FieldError[] = [];
  if (operation !== 'Apply' && operation !== 'Update') {
    errors.push(invalid(path.child('operation'), operation, 'must be `Apply` or `Update`'));
  }
  if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
    errors.push(invalid(path.child('fieldsType'), fieldsType, 'must be `FieldsV1`'));
  }
  errors.push(...validateFieldManager(String(manager), path.child('manager')));
  if (byteLength(String(subresource)) > maxSubresourceBytes) {
    errors.push(tooLong(path.child('subresource'), maxSubresourceBytes));
  }
  return errors;
}

/** The name of a field manager: at most 128 bytes, printable. Also checks the `fieldManager` parameter of writes. */
export function validateFieldManager(manager: string, path: FieldPath): FieldError[] {
  const errors = byteLength(manager) > maxManagerBytes ? [tooLong(path, maxManagerBytes)] : [];
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += byteLength(character);
  }
  return errors;
}

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const isPrintable = (character: string) => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

/** A value that may not change, as `ValidateImmutableField`. */
export const validateImmutableField = (value: unknown, old: unknown, path: FieldPath): FieldError[] =>
  jsonEqual(value, old) ? [] : [invalid(path, value, fieldImmutableMessage)];

/** Fields of metadata that a write may not change. */
const immutableFields = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Findings on the metadata of an update (apimachinery `ValidateObjectMetaUpdate`). */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    errors.push(
      ...validateNoNewFinalizers(meta.finalizers ?? [], old.finalizers ?? [], path.child('finalizers')),
    );
  }
  if ((meta.resourceVersion ?? '') === '') {
    errors.push(invalid(path.child('resourceVersion'), '', 'must be specified for an update'));
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  }
  for (const name of immutableFields)
    errors.push(...validateImmutableField(meta[name], old[name], path.child(name)));
  return joined(
    errors,
    validateLabels(meta.labels, path.child('labels')),
    validateAnnotations(meta.annotations, path.child('annotations')),
    validateOwnerReferences(meta.ownerReferences ?? [], path.child('ownerReferences')),
    validateManagedFields(meta.managedFields ?? [], path.child('managedFields')),
  );
}

/** An object that is being deleted takes no further finalizers. */
export function validateNoNewFinalizers(
  finalizers: readonly string[],
  old: readonly string[],
  path: FieldPath,
): FieldError[] {
  const added = [...new Set(finalizers).difference(new Set(old))].sort();
  if (added.length === 0) return [];
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  const message = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbidden(path, message)];
}
