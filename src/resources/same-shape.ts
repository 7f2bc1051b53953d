import type { KubeObject } from '../apimachinery/object.ts';

/** Conversion between versions that differ in nothing but `apiVersion`, which the registry sets. */
export const sameShape = (object: KubeObject): KubeObject => object;
