import type { IResourceSliceSpec } from 'kubernetes-models/resource.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

export const specOf = (slice: KubeObject): Partial<IResourceSliceSpec> => readStruct(slice, 'spec');
