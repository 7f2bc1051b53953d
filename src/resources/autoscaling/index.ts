import { definition as horizontalpodautoscalers } from './horizontalpodautoscalers/definition.ts';

/** In the order of discovery. */
export const autoscaling = [horizontalpodautoscalers] as const;
