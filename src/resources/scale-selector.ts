import { formatLabelSelector } from '../apimachinery/label-selector.ts';
import { isRecord } from '../apimachinery/object.ts';

/** Selector text of a workload: a LabelSelector, or the plain label map of a ReplicationController. */
export function formatSelectorText(selector: unknown): string {
  if (!isRecord(selector) || Object.keys(selector).length === 0) return '';
  if (isRecord(selector['matchLabels']) || Array.isArray(selector['matchExpressions'])) {
    return formatLabelSelector(selector);
  }
  return Object.keys(selector)
    .sort()
    .map((key) => `${key}=${String(selector[key])}`)
    .join(',');
}
