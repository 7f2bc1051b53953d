import type { IPod } from 'kubernetes-models/v1';

/** `metav1.ObjectMeta` as the typed models have it. */
export type IObjectMeta = NonNullable<IPod['metadata']>;
