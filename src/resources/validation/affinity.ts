import type { IAffinity, INodeAffinity, IPodAffinity, IPodAffinityTerm } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { nameIsDNSLabel } from '../../apimachinery/names.ts';
import { validateLabelSelector } from './label-selector.ts';
import { validateNodeSelector, validatePreferredSchedulingTerms, validateWeight } from './node-selector.ts';
import { invalidFor } from './values.ts';

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution';

/** `spec.affinity`; absent passes. */
export function validateAffinity(affinity: IAffinity | undefined, path: FieldPath): FieldError[] {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, path.child('nodeAffinity')) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, path.child('podAffinity')) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, path.child('podAntiAffinity')) : []),
  ];
}

function validateNodeAffinity(affinity: INodeAffinity, path: FieldPath): FieldError[] {
  const selector = affinity[requiredTerms];
  return [
    ...(selector ? validateNodeSelector(selector, path.child(requiredTerms)) : []),
    ...validatePreferredSchedulingTerms(affinity[preferredTerms] ?? [], path.child(preferredTerms)),
  ];
}

function validatePodAffinity(affinity: IPodAffinity, path: FieldPath): FieldError[] {
  return [
    ...(affinity[requiredTerms] ?? []).flatMap((term, i) =>
      validatePodAffinityTerm(term, path.child(requiredTerms).index(i)),
    ),
    ...(affinity[preferredTerms] ?? []).flatMap(({ weight = 0, podAffinityTerm }, i) => {
      const termPath = path.child(preferredTerms).index(i);
      return [
        ...validateWeight(weight, termPath.child('weight')),
        ...validatePodAffinityTerm(podAffinityTerm ?? {}, termPath.child('podAffinityTerm')),
      ];
    }),
  ];
}

function validatePodAffinityTerm(term: Partial<IPodAffinityTerm>, path: FieldPath): FieldError[] {
  const { labelSelector, namespaces = [], topologyKey = '' } = term;
  const keyPath = path.child('topologyKey');
  return [
    ...validateLabelSelector(labelSelector, path.child('labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, path.child('namespaceSelector')),
    ...namespaces.flatMap((name) => invalidFor(nameIsDNSLabel(name, false), name, path.child('namespace'))),
    ...validateMatchLabelKeys(term.matchLabelKeys, term.mismatchLabelKeys, labelSelector, path),
    ...(topologyKey === '' ? [required(keyPath, 'can not be empty')] : []),
    ...validateLabelName(topologyKey, keyPath),
  ];
}

/**
 * `matchLabelKeys` and `mismatchLabelKeys`, which the server turns into expressions of the selector: they need one, may
 * not name a label twice, and a matched key may not also stand in the selector.
 */
export function validateMatchLabelKeys(
  matchKeys: readonly string[] = [],
  mismatchKeys: readonly string[] = [],
  selector: LabelSelectorObject | undefined,
  path: FieldPath,
): FieldError[] {
  const matchPath = path.child('matchLabelKeys');
  const errors = [
    ...validateKeys(matchKeys, selector, matchPath),
    ...validateKeys(mismatchKeys, selector, path.child('mismatchLabelKeys')),
    ...validateKeysNotSelected(matchKeys, selector, path),
  ];
  const mismatched = new Set(mismatchKeys);
  for (const [i, key] of matchKeys.entries()) {
    if (!mismatched.has(key)) continue;
    errors.push(invalid(matchPath.index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  }
  return errors;
}

function validateKeys(
  keys: readonly string[],
  selector: LabelSelectorObject | undefined,
  path: FieldPath,
): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => validateLabelName(key, path.index(i)));
}

/** The selector already holds one expression per matched key; a second mention is the sender's. */
function validateKeysNotSelected(
  matchKeys: readonly string[],
  selector: LabelSelectorObject | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  const lastPlace = new Map(matchKeys.map((key, i) => [key, i]));
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = lastPlace.get(key) ?? -1;
    if (i >= 0 && selected.has(key)) {
      errors.push(invalid(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
    }
    selected.add(key);
  }
  return errors;
}
