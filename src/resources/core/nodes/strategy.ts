import type { INode } from 'kubernetes-models/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { warningsForCIDR } from '../../ip-fields.ts';
import { validateNode, validateNodeUpdate } from './validation.ts';

const nodeOf = (object: KubeObject) => object as unknown as INode;

/** Configuration by a ConfigMap is gone; only nodes that still have it may keep it. */
function dropConfigSource(object: KubeObject, old?: KubeObject): void {
  const { spec, status } = nodeOf(object);
  if (spec && !(old && nodeOf(old).spec?.configSource)) delete spec.configSource;
  if (status && !old) delete status.config;
}

function warnings(object: KubeObject): string[] {
  const { spec } = nodeOf(object);
  const path = FieldPath.of('spec', 'podCIDRs');
  return [
    ...(spec?.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec?.podCIDRs ?? []).flatMap((cidr, i) => warningsForCIDR(cidr, path.index(i))),
  ];
}

export const strategy: Strategy = {
  prepareForCreate: (object) => dropConfigSource(object),
  prepareForUpdate: dropConfigSource,
  validate: validateNode,
  validateUpdate: (object, old) => [...validateNode(object), ...validateNodeUpdate(object, old)],
  warnings,
  resetFields: ['status'],
  createFillsResetFields: true,
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: (object, old) => {
    const { status } = nodeOf(object);
    if (status && !nodeOf(old).status?.config) delete status.config;
  },
  validateUpdate: validateNodeUpdate,
  resetFields: ['spec'],
};
