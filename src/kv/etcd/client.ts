import type { Clock } from '../../apimachinery/clock.ts';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import { CallError, type CallFailure, grpcCode, hadNoEffect, isElsewhere } from './errors.ts';
import type { GrpcClient, GrpcCredentials, GrpcError, GrpcLibrary } from './grpc-library.ts';
import { encode, type Message } from './wire.ts';

const grpc = lazyPackage<GrpcLibrary>('@grpc/grpc-js');

/** PEM files' contents. */
export interface EtcdTls {
  readonly ca?: Uint8Array;
  readonly certificate?: Uint8Array;
  readonly key?: Uint8Array;
}

export interface ClientOptions {
  /** `http://host:port` or `https://host:port`, one at least. */
  readonly endpoints: readonly string[];
  readonly tls: EtcdTls;
  readonly clock: Clock;
  /** How long one call may take. */
  readonly callTimeoutMs: number;
}

export interface Stream {
  send(message: Message): void;
  /** Ends it; no callback is called afterwards. */
  cancel(): void;
}

export interface StreamSink {
  onAnswer(bytes: Uint8Array): void;
  /** The stream is over, also when it never began. */
  onEnd(failure: CallFailure): void;
}

/** Calls to an etcd cluster. The whole border to the gRPC library. */
export interface EtcdClient {
  /**
   * Rejects with CallError. A call that failed is only made again, on the next member, when it certainly had no effect, or when
   * `repeatable` says that a second time does no harm.
   */
  call<T>(method: string, request: Message, read: (bytes: Uint8Array) => T, repeatable: boolean): Promise<T>;
  /** Each begins with the member that is used now; one that fails moves everybody on to the next. */
  stream(method: string, request: Message, sink: StreamSink): Stream;
  /** The answers of a call that has several, from one member; throws CallError. */
  download(method: string, request: Message): AsyncIterable<Uint8Array>;
  close(): void;
}

const channelOptions = {
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
  // Nothing is repeated behind our back.
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // A member that stopped without a word is noticed. etcd allows one each 5 seconds.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

const asIs = (bytes: Buffer): Buffer => bytes;

const failureOf = ({ code, details, message }: GrpcError): CallFailure => ({
  code,
  details: details || message,
});

function credentials(endpoint: URL, { ca, certificate, key }: EtcdTls): GrpcCredentials {
  const { credentials: kinds } = grpc();
  if (endpoint.protocol === 'http:') return kinds.createInsecure();
  const buffer = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes);
  return kinds.createSsl(buffer(ca), buffer(key), buffer(certificate));
}

function unary<T>(
  member: GrpcClient,
  method: string,
  request: Buffer,
  read: (bytes: Uint8Array) => T,
  { clock, callTimeoutMs }: ClientOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const done = (error: GrpcError | null, answer?: T): void => {
      timer.cancel();
      const details = `no answer within ${callTimeoutMs} ms`;
      if (!error) resolve(answer as T);
      else reject(new CallError(timedOut ? { code: grpcCode.deadlineExceeded, details } : failureOf(error)));
    };
    const metadata = new (grpc().Metadata)();
    const call = member.makeUnaryRequest(method, asIs, read, request, metadata, {}, done);
    const timer = clock.setTimer(callTimeoutMs, () => {
      timedOut = true;
      call.cancel();
    });
  });
}

export function createEtcdClient(options: ClientOptions): EtcdClient {
  const { endpoints, tls } = options;
  const { Client, Metadata } = grpc();
  const members: GrpcClient[] = endpoints.map((text) => {
    const url = new URL(text);
    return new Client(url.host, credentials(url, tls), channelOptions);
  });
  let current = 0;

  /** Everybody who saw `member` fail moves on, once. */
  const moveOn = (member: number): void => {
    if (member === current) current = (member + 1) % members.length;
  };

  return {
    async call(method, message, read, repeatable) {
      const request = encode(message);
      for (let tries = 1; ; tries++) {
        const member = current;
        try {
          return await unary(members[member]!, method, request, read, options);
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          const { failure } = error;
          if (isElsewhere(failure) || failure.code === grpcCode.deadlineExceeded) moveOn(member);
          const again = isElsewhere(failure) && (repeatable || hadNoEffect(failure));
          if (!again || tries >= members.length) throw error;
        }
      }
    },
    stream(method, request, sink) {
      const member = current;
      const metadata = new Metadata();
      // A member that loses its leader ends the stream, so that it can go on with another.
      metadata.set('hasleader', 'true');
      const call = members[member]!.makeBidiStreamRequest(method, asIs, asIs, metadata, {});
      let over = false;
      const end = (failure: CallFailure): void => {
        if (over) return;
        over = true;
        moveOn(member);
        sink.onEnd(failure);
      };
      call.on('data', (bytes: Buffer) => over || sink.onAnswer(bytes));
      call.on('error', (error) => end(failureOf(error as GrpcError)));
      call.on('end', () => end({ code: grpcCode.unavailable, details: 'the stream has ended' }));
      call.write(encode(request));
      return {
        send: (message) => void (over || call.write(encode(message))),
        cancel() {
          over = true;
          call.cancel();
        },
      };
    },
    async *download(method, message) {
      const [metadata, request] = [new Metadata(), encode(message)];
      const call = members[current]!.makeServerStreamRequest(method, asIs, asIs, request, metadata, {});
      try {
        yield* call;
      } catch (error) {
        throw new CallError(failureOf(error as GrpcError));
      } finally {
        call.cancel();
      }
    },
    close() {
      for (const member of members) member.close();
    },
  };
}
