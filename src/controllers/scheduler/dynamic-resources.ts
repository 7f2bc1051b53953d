import type { FilterPlugin } from './types.ts';

const refusal = {
  message: 'pod has resource claims, and the allocation of devices to claims is not simulated',
};

/** Turns pods away that need devices: nobody drives them, so that nothing could be allocated. */
export const dynamicResources: FilterPlugin = {
  name: 'DynamicResources',
  wokenBy: ['pod itself'],
  prepare: ({ pod }) => ((pod.spec?.resourceClaims ?? []).length > 0 ? refusal : undefined),
};
