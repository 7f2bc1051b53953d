import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

const defaultMatchingPrecedence = 1000;

export function defaults(schema: KubeObject): void {
  const spec = structIn<{ matchingPrecedence?: number }>(schema, 'spec');
  spec.matchingPrecedence ||= defaultMatchingPrecedence;
}
