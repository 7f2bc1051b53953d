import type { AdmissionRequest, Operation } from '../../admission/types.ts';
import type { FieldError } from '../../apimachinery/field-error.ts';
import { joined } from '../../apimachinery/lists.ts';
import {
  validateFinalizers,
  validateKubeFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { invalidError } from '../../apimachinery/status.ts';
import { validatePrivileges } from '../../resources/validation/privileges.ts';
import { dropNulls, fillAlwaysPresent } from '../../scheme/codec/always-present.ts';
import { dropEmptyLists } from '../../scheme/codec/empty-lists.ts';
import type { Strategy, WriteContext } from '../../scheme/definition.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { storedVersionOf, toStored } from '../convert.ts';
import { hasKubeFinalizers, metadataPath, metadataRulesOf, resetFields, strategyFor } from '../strategy.ts';
import { formsOf } from './forms.ts';
import {
  checkAdmitted,
  fillNewMetadata,
  keepOldMetadata,
  settleNamespace,
  wipeSystemFields,
} from './metadata.ts';
import { foldOwnerReferences } from './owner-references.ts';
import type { Reservations } from './reservations.ts';

/**
 * The one way from what a request produced to what is stored: defaults → stored version → mutating admission →
 * metadata → defaults again → strategy → validation → warnings → validating admission. Every verb that writes an object goes
 * through `admitNew` or `admitChanged`; neither touches the store.
 */

/**
 * `produced` is in the request's version and is consumed. Returns the object to store. What admission takes for it is in
 * `reservations`, also when this throws.
 */
export async function admitNew(
  registry: Registry,
  target: Target,
  caller: Caller,
  produced: KubeObject,
  reservations: Reservations,
): Promise<KubeObject> {
  const { strategy } = target.definition;
  const { schema } = target.definition.stored;
  const context = writeContext(registry, target, caller);
  const object = defaulted(target, produced);
  settleNamespace(target, object);
  wipeSystemFields(object.metadata);
  foldOwnerReferences(object, caller.warn, '');
  const request = admissionRequest('CREATE', registry, target, caller, object, undefined, reservations);
  const mutating = registry.admission.mutate(request);
  if (mutating) await mutating;
  foldOwnerReferences(object, caller.warn, 'after mutating admission happens');
  settleNamespace(target, object);
  fillNewMetadata(registry, target, object);
  storedVersionOf(target.definition)?.defaults?.(object);

  resetFields(strategy, object, undefined);
  if (strategy.bumpsGeneration) object.metadata.generation = 1;
  strategy.prepareForCreate?.(object, context);
  settlePresence(registry, target, object);

  const loading = strategy.load?.(object);
  if (loading) await loading;
  const errors = findings(() => {
    const ofKind = joined(
      strategy.validate?.(object, context) ?? [],
      privileges(registry, target, 'create', object),
    );
    // Where the kind has no rules for metadata, those of all objects come last, and only when nothing else is wrong.
    if (strategy.metadataRules === 'anyName' && ofKind.length > 0) return ofKind;
    return joined(validateObjectMeta(object.metadata, metadataRulesOf(target.definition)), ofKind);
  });
  refuseInvalid(target, object, errors);
  dropEmptyLists(registry.schemas, schema, object);
  sendWarnings(strategy, object, undefined, context);
  const validating = registry.admission.validate(request);
  if (validating) await validating;
  return object;
}

/** As `admitNew`, for an object that exists. `old` is in the stored version and must not be changed. */
export async function admitChanged(
  registry: Registry,
  target: Target,
  caller: Caller,
  produced: KubeObject,
  old: KubeObject,
  reservations: Reservations,
): Promise<KubeObject> {
  const strategy = strategyFor(target.definition, target.subresource);
  const context = writeContext(registry, target, caller);
  const object = defaulted(target, produced);
  const request = admissionRequest('UPDATE', registry, target, caller, object, old, reservations);
  const mutating = registry.admission.mutate(request);
  if (mutating) await mutating;
  foldOwnerReferences(object, caller.warn, 'after mutating admission happens');
  checkAdmitted(target, object, old);
  keepOldMetadata(object, old);
  storedVersionOf(target.definition)?.defaults?.(object);

  const { schema } = target.definition.stored;
  dropEmptyLists(registry.schemas, schema, object, old);
  resetFields(strategy, object, old);
  // First, so that a strategy that looks for changes finds no others than were made.
  settlePresence(registry, target, object);
  strategy.prepareForUpdate?.(object, old, context);
  bumpGeneration(strategy, object, old);

  const loading = strategy.load?.(object);
  if (loading) await loading;
  const errors = findings(() =>
    joined(
      validateFinalizers(object.metadata.finalizers ?? [], metadataPath.child('finalizers')),
      validateObjectMetaUpdate(object.metadata, old.metadata, metadataPath),
      hasKubeFinalizers(target.definition.strategy)
        ? validateKubeFinalizers(object.metadata.finalizers ?? [], metadataPath.child('finalizers'))
        : [],
      strategy.validateUpdate?.(object, old, context) ?? [],
      privileges(registry, target, target.subresource || 'update', object),
    ),
  );
  refuseInvalid(target, object, errors);
  dropEmptyLists(registry.schemas, schema, object);
  sendWarnings(strategy, object, old, context);
  const validating = registry.admission.validate(request);
  if (validating) await validating;
  return object;
}

const privileges = (
  { allowPrivileged }: Registry,
  { definition }: Target,
  write: string,
  object: KubeObject,
): FieldError[] => (allowPrivileged ? [] : validatePrivileges(definition, write, object));

function settlePresence({ schemas }: Registry, { definition }: Target, object: KubeObject): void {
  fillAlwaysPresent(schemas, definition.stored.schema, object);
  dropNulls(schemas, definition.stored.schema, object);
}

function defaulted(target: Target, produced: KubeObject): KubeObject {
  target.version.defaults?.(produced);
  return toStored(target, produced);
}

/** Only writes of the main resource change the desired state; a start from none counts as the first change. */
function bumpGeneration({ bumpsGeneration }: Strategy, object: KubeObject, old: KubeObject): void {
  if (bumpsGeneration?.(object, old)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** Findings by the hundred thousand do not fit on the stack that carries them: then that is what is wrong. */
function findings(validate: () => FieldError[]): FieldError[] {
  try {
    return validate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ type: 'FieldValueInvalid', field: '', message: 'Invalid value: too much of it is invalid' }];
  }
}

function refuseInvalid({ definition }: Target, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  throw invalidError(definition.stored, object.metadata.name ?? object.metadata.generateName ?? '', errors);
}

function sendWarnings(
  strategy: Strategy,
  object: KubeObject,
  old: KubeObject | undefined,
  context: WriteContext,
): void {
  for (const text of strategy.warnings?.(object, old, context) ?? []) context.warn(text);
}

export function writeContext(registry: Registry, target: Target, caller: Caller): WriteContext {
  const { clock, random, catalog, layout, store } = registry;
  const { namespace, subresource } = target;
  return {
    user: caller.user,
    clock,
    random,
    subresource,
    namespaceLabels: () => {
      const definition = catalog.definition({ group: '', resource: 'namespaces' });
      if (namespace === '' || !definition) return {};
      return store.cache.get(objectKey(layout, definition, '', namespace))?.view().metadata.labels ?? {};
    },
    warn: caller.warn,
  };
}

export function admissionRequest(
  operation: Operation,
  registry: Registry,
  target: Target,
  { user, dryRun, isServer, options, warn, annotate, annotateContent }: Caller,
  object: KubeObject | undefined,
  oldObject: KubeObject | undefined,
  reservations?: Reservations,
): AdmissionRequest {
  const { definition, subresource, namespace, name } = target;
  let forms: ReturnType<AdmissionRequest['forms']> | undefined;
  return {
    operation,
    definition,
    subresource,
    namespace,
    // Between the two kinds of admission a new object gets its name.
    get name() {
      return name || (object?.metadata?.name ?? '');
    },
    object,
    oldObject,
    user,
    dryRun,
    isServer,
    forms: () => (forms ??= formsOf(registry, target, object)),
    options,
    warn,
    annotate,
    annotateContent,
    reserve: reservations && ((undo) => void reservations.push(undo)),
  };
}
