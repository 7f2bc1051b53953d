import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

const dayInSeconds = 24 * 60 * 60;

export function defaults(request: KubeObject): void {
  const spec = structIn<{ maxExpirationSeconds?: number }>(request, 'spec');
  spec.maxExpirationSeconds ??= dayInSeconds;
}
