/** Most operations of one JSON patch, as the reference server's `maxJSONPatchOperations`. */
export const maxJsonPatchOperations = 10_000;

/** Most bytes that all `copy` operations of one JSON patch may add together (`JSONPatchMaxCopyBytes`): 3 MiB. */
export const maxJsonPatchCopyBytes = 3 * 1024 * 1024;

/**
 * Deepest nesting of lists and maps in a patch, and in what a JSON patch makes. Bounds every recursion of this room;
 * real objects stay below 100 levels.
 */
export const maxNesting = 1_000;

/** Items of lists that the operations of one JSON patch may shift together; every one of them costs a nanosecond or two. */
export const maxJsonPatchShifts = 100_000_000;

/** Items of one list in a strategic merge patch that may name the same item: each merge copies what the others made. */
export const maxMergesOfOneItem = 100;
