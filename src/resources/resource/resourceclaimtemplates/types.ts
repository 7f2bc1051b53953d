import type { IResourceClaimSpec, IResourceClaimTemplateSpec } from 'kubernetes-models/resource.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

/** The spec of the claims made from a template. */
export const claimSpecOf = (template: KubeObject): IResourceClaimSpec | undefined =>
  readStruct<Partial<IResourceClaimTemplateSpec>>(template, 'spec').spec;
