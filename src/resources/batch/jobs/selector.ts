import type { IJobSpec } from 'kubernetes-models/batch/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { isValidLabelValue } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct, structIn } from '../../struct-fields.ts';
import { selectorOf } from '../../validation/selectors.ts';
import { sortedMap } from '../../validation/values.ts';
import { defaultLabels } from './defaults.ts';

const uidLabel = 'batch.kubernetes.io/controller-uid';
const nameLabel = 'batch.kubernetes.io/job-name';
const legacyUidLabel = 'controller-uid';
const legacyNameLabel = 'job-name';

const labelsPath = FieldPath.of('spec', 'template', 'metadata', 'labels');

/** Labels that tie pods to their job, in the order in which they are checked. */
function ownLabels({ metadata }: KubeObject): Record<string, string> {
  const { uid = '', name = '' } = metadata;
  return { [legacyUidLabel]: uid, [legacyNameLabel]: name, [uidLabel]: uid, [nameLabel]: name };
}

/** Ties the pods to the job by its uid. Labels given by the sender stay: validation refuses wrong ones. */
export function generateSelector(object: KubeObject): void {
  const spec = structIn<IJobSpec>(object, 'spec');
  if (spec.manualSelector) return;
  const templateMetadata = structIn<{ labels?: Record<string, string> }>(
    structIn(spec, 'template'),
    'metadata',
  );
  const given = templateMetadata.labels;
  templateMetadata.labels = { ...ownLabels(object), ...given };
  const { metadata } = object;
  // Upstream a job whose name is made for it is copied before, and keeps what the template had.
  if (given && metadata.labels === given && !metadata.generateName) metadata.labels = templateMetadata.labels;
  // Upstream this happens after validation, which says that such a name is no label for the pods and no more.
  if (isValidLabelValue(object.metadata.name ?? '').length === 0) defaultLabels(object, spec);
  spec.selector = {
    ...spec.selector,
    matchLabels: { [uidLabel]: object.metadata.uid ?? '', ...spec.selector?.matchLabels },
  };
}

/**
 * A generated selector and the labels of the template must be what `generateSelector` makes. Jobs from before the
 * prefixed labels existed need only the legacy ones: `old` tells.
 */
export function validateGeneratedSelector(object: KubeObject, old?: KubeObject): FieldError[] {
  const spec = readStruct<IJobSpec>(object, 'spec');
  if (spec.manualSelector || !spec.selector) return [];
  const errors = object.metadata.uid ? [] : [required(FieldPath.of('metadata', 'uid'))];
  const expected = ownLabels(object);
  if (old && !hasPrefixedLabels(old)) {
    delete expected[uidLabel];
    delete expected[nameLabel];
  }
  const labels = spec.template?.metadata?.labels ?? {};
  for (const key of Object.keys(expected)) {
    const detail = `must be '${expected[key]}'`;
    if (!Object.hasOwn(labels, key)) errors.push(required(labelsPath.key(key), detail));
    else if (labels[key] !== expected[key]) {
      errors.push(invalid(labelsPath.key(key), sortedMap(labels), detail));
    }
  }
  const selector = selectorOf(spec.selector);
  if (selector && !selector.matches(expected)) {
    errors.push(invalid(FieldPath.of('spec', 'selector'), spec.selector, '`selector` not auto-generated'));
  }
  return errors;
}

function hasPrefixedLabels(object: KubeObject): boolean {
  const labels = readStruct<IJobSpec>(object, 'spec').template?.metadata?.labels ?? {};
  return Object.hasOwn(labels, uidLabel) && Object.hasOwn(labels, nameLabel);
}
