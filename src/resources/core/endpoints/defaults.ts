import type { IEndpoints } from 'kubernetes-models/v1/Endpoints';
import type { KubeObject } from '../../../apimachinery/object.ts';

export function defaults(object: KubeObject): void {
  for (const { ports } of (object as unknown as IEndpoints).subsets ?? []) {
    for (const port of ports ?? []) port.protocol ||= 'TCP';
  }
}
