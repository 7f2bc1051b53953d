import type { KubeObject } from '../../../apimachinery/object.ts';
import { specOf } from './types.ts';

const defaultPort = 443;

export function defaults(apiService: KubeObject): void {
  const { service } = specOf(apiService);
  if (service) service.port ??= defaultPort;
}
