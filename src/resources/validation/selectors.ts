import {
  type LabelSelector,
  LabelSelectorError,
  type LabelSelectorObject,
  selectorFromLabelSelector,
} from '../../apimachinery/label-selector.ts';

/** What a selector in an object means, or undefined when it cannot be read. */
export function selectorOf(selector: LabelSelectorObject | undefined): LabelSelector | undefined {
  try {
    return selectorFromLabelSelector(selector);
  } catch (error) {
    if (error instanceof LabelSelectorError) return undefined;
    throw error;
  }
}

/** True when the selector has no term. */
export const isEmptySelector = (selector: LabelSelectorObject): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
