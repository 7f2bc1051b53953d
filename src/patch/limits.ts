/** Most operations of one JSON patch, as the reference server's `maxJSONPatchOperations`. */
export const maxJsonPatchOperations = 10_000;

/** Most bytes that all `copy` operations of one JSON patch may add together (`JSONPatchMaxCopyBytes`): 3 MiB. */
export const maxJsonPatchCopyBytes = 3 * 1024 * 1024;

/**
 * Deepest nesting of lists and maps in a patch, and in what a JSON patch makes. Bounds every recursion of this room;
 * real objects stay below 100 levels.
 */
export const maxNesting = 1_000;
