/** Limits of the reference server on jobs, counted in pods, indexes, rules or characters. */
export const maxIndexedParallelism = 100_000;
export const maxIndexedFailedIndexes = 100_000;
/** Above this many completions, jobs with a backoff limit per index are held to the smaller limits below. */
export const manyCompletions = 100_000;
export const maxParallelismWithManyCompletions = 10_000;
export const maxFailedIndexesWithManyCompletions = 10_000;
export const maxFailurePolicyRules = 20;
export const maxExitCodes = 255;
export const maxPodConditions = 20;
export const maxSuccessPolicyRules = 20;
export const maxSucceededIndexesLength = 64 * 1024;
export const maxManagedByLength = 63;
