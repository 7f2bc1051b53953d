/** What of a container's log is wanted (`PodLogOptions`), checked: numbers are not negative. */
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Goes on until the container has ended, or `signal` aborts. */
  readonly follow: boolean;
  /** Of the attempt before the one that runs. */
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Only what was written from then on. */
  readonly since?: LogSince;
  /** Only so many lines from the end. */
  readonly tailLines?: number;
  /** Only so many bytes, timestamps included. */
  readonly limitBytes?: number;
  readonly signal: AbortSignal;
}

/** A time in milliseconds since the epoch, or how long ago on the node's clock. */
export type LogSince = { readonly atMs: number } | { readonly agoMs: number };

/** A container that somebody wants to speak with. */
export interface StreamedContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** What to run in it; empty for `attach`. */
  readonly command: readonly string[];
  readonly tty: boolean;
}

/** Those streams that were asked for. */
export interface StandardStreams {
  readonly stdin?: ReadableStream<Uint8Array>;
  /** Each write resolves when there is room for more. */
  readonly stdout?: { write(bytes: Uint8Array): Promise<void> };
  readonly stderr?: { write(bytes: Uint8Array): Promise<void> };
  /** Aborts when nobody listens any more. */
  readonly signal: AbortSignal;
}

/** Runs it to its end and resolves with the exit code; rejects with an ApiError when it cannot be run. */
export type RunWithStreams = (streams: StandardStreams) => Promise<number>;

/**
 * The way from the API server to what runs pods: what a kubelet's own API is elsewhere. Who calls has authenticated, authorized and
 * admitted the request, and knows that the pod is there, has that container and is bound to a node for which `serves` is true.
 */
export interface NodeLink {
  /** Whether the node of this name is run by who is behind this. */
  serves(node: string): boolean;
  /** Rejects with the ApiError that a kubelet's answer would become; the bytes come as fast as they are taken. */
  logs(request: LogRequest): Promise<AsyncIterable<Uint8Array>>;
  /** Runs a command. Rejects when the container does not run; the connection is made once this resolves. */
  exec(request: StreamedContainer): Promise<RunWithStreams>;
  /** Shows what the container writes from now on, until it ends. */
  attach(request: StreamedContainer): Promise<RunWithStreams>;
  /** What answers HTTP at a port of a pod; undefined when nothing listens there, or nothing is known of the pod. */
  listener(namespace: string, pod: string, port: number): PodHandler | undefined;
}

/** Answers HTTP requests; rejects when it breaks. */
export type PodHandler = (request: Request) => Promise<Response>;

/** Where who runs nodes and who asks them meet: nodes come and go with a server's leadership. */
export interface NodeLinks {
  /** The link to this node; undefined when nobody here runs it. */
  to(node: string): NodeLink | undefined;
  /** The same as a link's, of whoever runs the pod. */
  listener: NodeLink['listener'];
  /** Makes a link known until the answer is called. */
  offer(link: NodeLink): () => void;
}

export function createNodeLinks(): NodeLinks {
  const links = new Set<NodeLink>();
  return {
    to: (node) => [...links].find((link) => link.serves(node)),
    listener(...at) {
      for (const link of links) {
        const found = link.listener(...at);
        if (found) return found;
      }
      return undefined;
    },
    offer(link) {
      links.add(link);
      return () => void links.delete(link);
    },
  };
}
