import type { INodeSelector } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { nameIsDNSSubdomain } from '../../../apimachinery/names.ts';
import { validateNodeSelector } from '../../validation/node-selector.ts';
import { invalidFor } from '../../validation/values.ts';

/** The ways to say on which nodes devices can be used, of which one must be taken. */
export interface Nodes {
  readonly nodeName?: string | undefined;
  readonly nodeSelector?: INodeSelector | undefined;
  readonly allNodes?: boolean | undefined;
  readonly perDeviceNodeSelection?: boolean | undefined;
}

interface Wording {
  readonly missing: string;
  readonly several: string;
  readonly emptyName: string;
}

export function validateNodes(nodes: Nodes, wording: Wording, path: FieldPath): FieldError[] {
  const { nodeName, nodeSelector } = nodes;
  const errors: FieldError[] = [];
  const taken: string[] = [];
  if (nodeName === '') errors.push(invalid(path.child('nodeName'), nodeName, wording.emptyName));
  else if (nodeName !== undefined) {
    taken.push('`nodeName`');
    errors.push(...invalidFor(nameIsDNSSubdomain(nodeName, false), nodeName, path.child('nodeName')));
  }
  if (nodeSelector) {
    taken.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, path.child('nodeSelector')));
  }
  for (const flag of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (nodes[flag] === true) taken.push(`\`${flag}\``);
    if (nodes[flag] === false) {
      errors.push(invalid(path.child(flag), false, 'must be either unset or set to true'));
    }
  }
  if (taken.length === 0) errors.push(required(path, wording.missing));
  if (taken.length > 1) errors.push(invalid(path, `{${taken.join(', ')}}`, wording.several));
  return errors;
}
