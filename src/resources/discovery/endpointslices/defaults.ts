import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';

export function defaults(object: KubeObject): void {
  for (const port of (object as unknown as IEndpointSlice).ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}
