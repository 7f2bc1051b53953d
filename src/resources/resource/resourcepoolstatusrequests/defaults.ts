import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import type { PoolRequestSpec } from './types.ts';

const defaultLimit = 100;

export function defaults(request: KubeObject): void {
  structIn<PoolRequestSpec>(request, 'spec').limit ??= defaultLimit;
}
