import { FieldPath } from '../apimachinery/field-error.ts';
import type { ObjectMetaRules } from '../apimachinery/meta-validation.ts';
import { type NameRule, nameIsDNSSubdomain, nameIsPathSegment } from '../apimachinery/names.ts';
import { cloneJson, isRecord, type KubeObject, setOwn } from '../apimachinery/object.ts';
import { badRequest } from '../apimachinery/status.ts';
import type { ResourceDefinition, Strategy } from '../scheme/definition.ts';

/** Actions write what they are for and check it themselves. */
const actionStrategy: Strategy = Object.freeze({});

/** The strategy that governs a write through the main path or an object subresource. */
export function strategyFor(definition: ResourceDefinition, subresource: string): Strategy {
  if (subresource === '') return definition.strategy;
  const found = definition.subresources[subresource];
  if (found?.kind === 'scale') return definition.strategy;
  if (found?.kind === 'action') return actionStrategy;
  if (found?.kind !== 'object') throw badRequest(`${definition.resource}/${subresource} cannot be written`);
  return found.strategy;
}

function validateNameOf({ validateName = nameIsDNSSubdomain, metadataRules }: Strategy): NameRule {
  if (metadataRules === 'generatedName') return (name, prefix) => (prefix ? [] : validateName(name, prefix));
  return metadataRules === 'anyName' ? nameIsPathSegment : validateName;
}

/** What is asked of the metadata of a new object of the kind. */
export const metadataRulesOf = ({ strategy, scope }: ResourceDefinition): ObjectMetaRules => ({
  requiresNamespace: scope === 'Namespaced',
  validateName: validateNameOf(strategy),
  path: metadataPath,
  builtIn: hasKubeFinalizers(strategy),
});

/** Whether finalizers without a domain are refused, but for the well-known ones. */
export const hasKubeFinalizers = ({ metadataRules }: Strategy): boolean =>
  metadataRules === undefined || metadataRules === 'generatedName';

export const metadataPath = FieldPath.of('metadata');

/** Puts the fields that this path never writes back to what they were; absent before means absent after. */
export function resetFields(
  { resetFields: paths, createFillsResetFields }: Strategy,
  object: KubeObject,
  old: KubeObject | undefined,
): void {
  if (!old && createFillsResetFields) return;
  for (const path of paths ?? []) resetPath(object, old, path.split('.'));
}

function resetPath(
  object: Record<string, unknown>,
  old: Record<string, unknown> | undefined,
  path: readonly string[],
): void {
  const [name, ...rest] = path as [string, ...string[]];
  const before = old && Object.hasOwn(old, name) ? old[name] : undefined;
  if (rest.length > 0) {
    if (!isRecord(object[name])) return;
    resetPath(object[name], isRecord(before) ? before : undefined, rest);
  } else if (before === undefined) {
    delete object[name];
  } else {
    setOwn(object, name, cloneJson(before));
  }
}
