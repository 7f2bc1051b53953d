const prefix = Buffer.from('k8s:enc:');

/** Whether encryption at rest has written the value. */
export const isSealed = (value: Uint8Array): boolean =>
  Buffer.from(value.subarray(0, prefix.length)).equals(prefix);
