/** How the server process has been since the last look. */
export interface Pulse {
  /** Longest time its main thread computed without looking at anything else, in milliseconds of processor time. */
  readonly longestMs: number;
  readonly heapBytes: number;
  /** What it logged as an error: nothing that a client does should be one. */
  readonly unexpected: readonly string[];
}

export type ChildMessage =
  | { readonly type: 'ready'; readonly port: number; readonly kubeconfigPath: string }
  | { readonly type: 'pulse'; readonly pulse: Pulse };
