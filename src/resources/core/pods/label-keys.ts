import type {
  IPodAffinity,
  IPodAffinityTerm,
  IPodSpec,
  IWeightedPodAffinityTerm,
} from 'kubernetes-models/v1';

type Labels = Readonly<Record<string, string>>;
type Selector = NonNullable<IPodAffinityTerm['labelSelector']>;

/** Adds one expression for each key that the pod has a label for. */
function addExpressions(
  selector: Selector,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Labels,
): void {
  for (const key of keys ?? []) {
    if (!Object.hasOwn(labels, key)) continue;
    selector.matchExpressions = [
      ...(selector.matchExpressions ?? []),
      { key, operator, values: [labels[key]!] },
    ];
  }
}

function termsOf(affinity: IPodAffinity | undefined): IPodAffinityTerm[] {
  return [
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(
      ({ podAffinityTerm }: Partial<IWeightedPodAffinityTerm>) => podAffinityTerm ?? [],
    ),
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ];
}

/**
 * `matchLabelKeys` and `mismatchLabelKeys` stand for the labels that the pod itself has when it is created; they become
 * expressions of the selector beside them (KEP-3633, KEP-3243).
 */
export function mergeLabelKeys({ affinity, topologySpreadConstraints }: IPodSpec, labels: Labels): void {
  const terms = [...termsOf(affinity?.podAffinity), ...termsOf(affinity?.podAntiAffinity)];
  for (const { labelSelector, matchLabelKeys, mismatchLabelKeys } of terms) {
    if (!labelSelector) continue;
    addExpressions(labelSelector, matchLabelKeys, 'In', labels);
    addExpressions(labelSelector, mismatchLabelKeys, 'NotIn', labels);
  }
  for (const { labelSelector, matchLabelKeys } of topologySpreadConstraints ?? []) {
    if (labelSelector) addExpressions(labelSelector, matchLabelKeys, 'In', labels);
  }
}
