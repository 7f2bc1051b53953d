/** A request as a client makes it. Header names are lower case. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query: `/api/v1/pods?limit=5`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface ClientAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Not to be changed: a server in the same process shares it with others. */
  readonly body: Uint8Array;
}

/** Takes an answer that comes piece by piece. Called in this order: `head`, any number of `data`, then `end` once. */
export interface StreamReceiver {
  head(status: number): void;
  /** The bytes are not to be changed: a server in the same process shares them with others. */
  data(chunk: Uint8Array): void;
  /** `error` when the answer was cut. */
  end(error?: Error): void;
}

export interface OpenStream {
  /** Nothing is received after it. Idempotent. */
  close(): void;
}

/** How a client's requests reach a server, and who is asking. */
export interface ClientTransport {
  /** Rejects when there is no whole answer. Any status is an answer. */
  ask(request: ClientRequest): Promise<ClientAnswer>;
  stream(request: ClientRequest, receiver: StreamReceiver): OpenStream;
}
