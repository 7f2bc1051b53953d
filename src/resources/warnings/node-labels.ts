import type { INodeSelectorTerm } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';

const deprecatedLabels: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    'failure-domain.beta.kubernetes.io/region',
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    'failure-domain.beta.kubernetes.io/zone',
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    'beta.kubernetes.io/instance-type',
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  [
    'scheduler.alpha.kubernetes.io/preferAvoidPods',
    'deprecated since v1.22; use Taints and Tolerations instead',
  ],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What to say to somebody who uses an old label of nodes; undefined when the label is fine. */
export const nodeLabelDeprecation = (label: string): string | undefined => deprecatedLabels.get(label);

/** An old label in the expression at `path`. */
const expressionWarning = (key: string, path: FieldPath): string[] => {
  const deprecation = nodeLabelDeprecation(key);
  return deprecation ? [`${path.child('key')}: ${key} is ${deprecation}`] : [];
};

/** Old labels in a label selector that chooses nodes. */
export const nodeSelectorWarnings = (
  selector: LabelSelectorObject | undefined,
  path: FieldPath,
): string[] => [
  ...(selector?.matchExpressions ?? []).flatMap(({ key }, i) =>
    expressionWarning(key, path.child('matchExpressions').index(i)),
  ),
  ...Object.keys(selector?.matchLabels ?? {}).flatMap((key) => {
    const deprecation = nodeLabelDeprecation(key);
    return deprecation ? [`${path.child('matchLabels', key)}: ${deprecation}`] : [];
  }),
];

/** Old labels in the expressions of one node selector term; with `checkValues` also values that no label can have. */
export function nodeSelectorTermWarnings(
  term: INodeSelectorTerm,
  checkValues: boolean,
  path: FieldPath,
): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values }, i) => {
    const expressionPath = path.child('matchExpressions').index(i);
    const warnings = expressionWarning(key, expressionPath);
    if (!checkValues) return warnings;
    return warnings.concat(
      (values ?? []).flatMap((value, j) =>
        isValidLabelValue(value).map(
          (message) => `${expressionPath.child('values').index(j)}: ${value} is invalid, ${message}`,
        ),
      ),
    );
  });
}
