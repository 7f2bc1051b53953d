import type { Clock } from './clock.ts';

/** Answers HTTP requests, as servers of other runtimes do. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface OutputWriter {
  write(text: string | Uint8Array): void;
}

/** A command that somebody wants to run in a container (`kubectl exec`). */
export interface ExecCall {
  readonly command: readonly string[];
  /** Ends at once when nobody sends anything. */
  readonly stdin: ReadableStream<Uint8Array>;
  readonly stdout: OutputWriter;
  readonly stderr: OutputWriter;
  readonly tty: boolean;
  /** Aborts when nobody listens any more, or the container has ended. */
  readonly signal: AbortSignal;
}

/** Answers with the exit code; undefined for a command that it does not know. */
export type ExecHandler = (call: ExecCall) => number | undefined | Promise<number | undefined>;

/** What a container knows that is a function. Its time is the cluster's. */
export interface ContainerContext {
  readonly pod: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    /** '' without one. */
    readonly ip: string;
    readonly nodeName: string;
    readonly serviceAccountName: string;
  };
  /** Name of the container. */
  readonly name: string;
  /** As in the spec, with `$(NAME)` filled in. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** From values, config maps, secrets, and fields of the pod. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Content by path of what is mounted: config maps, secrets, fields of the pod and the token of its service account, as they were when the
   * container started; and of what was copied into the container since (`kubectl cp`).
   */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly stdout: OutputWriter;
  readonly stderr: OutputWriter;
  /** Aborts at SIGTERM. Who has not returned when the grace period is over is killed: nothing it does counts any more. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Resolves after this time on the cluster's clock; rejects with the reason of `signal` at SIGTERM. */
  sleep(milliseconds: number): Promise<void>;
  /** The API, as the pod's service account when it has a token, else as nobody. Hosts of URLs mean nothing. */
  readonly fetch: typeof fetch;
  /**
   * Answers what is sent to this port of the pod, until the container ends or the answer is called. Throws when the port is taken in
   * this container.
   */
  listen(port: number, handler: FetchHandler): () => void;
  /** Runs commands of `kubectl exec`. Those that nobody knows are tried by the node: `echo`, `env`, `cat`, `ls`, `tar`, `sh -c` of such. */
  onExec(handler: ExecHandler): void;
}

/**
 * A container: it runs until this returns or resolves. A number is its exit code, anything else means 0; an error is written to stderr
 * and means 1, but for the reason of `signal`, which means 143.
 */
export type ContainerFunction = (container: ContainerContext) => unknown;

/** What runs containers, by the name of their image, as it stands in the spec. */
export type ContainerImages = Readonly<Record<string, ContainerFunction>>;
