import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';

/** A `*metav1.LabelSelector` as Go prints it, which is how kube-controller-manager calls an external metric. */
export function goText(selector: unknown): string {
  if (selector === undefined || selector === null) return 'nil';
  const { matchLabels = {}, matchExpressions = [] } = selector as LabelSelectorObject;
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return (
    `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}
