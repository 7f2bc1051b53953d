/*
 * What is used of the gRPC library, `@grpc/grpc-js`: calls by method name whose messages are bytes.
 */

export interface GrpcError extends Error {
  readonly code: number;
  readonly details: string;
}

export interface GrpcMetadata {
  set(name: string, value: string): void;
}

/** Made by the library; nothing is asked of it. */
export type GrpcCredentials = object;

export interface GrpcCall {
  cancel(): void;
}

export interface GrpcStream extends GrpcCall {
  write(bytes: Buffer): void;
  on(event: 'data', listener: (bytes: Buffer) => void): void;
  on(event: 'error', listener: (error: GrpcError) => void): void;
  on(event: 'end', listener: () => void): void;
}

/** Pauses when nobody reads. */
export interface GrpcDownload extends GrpcCall, AsyncIterable<Buffer> {}

type ToBytes = (bytes: Buffer) => Buffer;

/** One channel to one address. Connects when it is first used, and again when the connection breaks. */
export interface GrpcClient {
  makeUnaryRequest<T>(
    method: string,
    serialize: ToBytes,
    deserialize: (bytes: Buffer) => T,
    request: Buffer,
    metadata: GrpcMetadata,
    options: object,
    callback: (error: GrpcError | null, answer?: T) => void,
  ): GrpcCall;
  makeBidiStreamRequest(
    method: string,
    serialize: ToBytes,
    deserialize: ToBytes,
    metadata: GrpcMetadata,
    options: object,
  ): GrpcStream;
  makeServerStreamRequest(
    method: string,
    serialize: ToBytes,
    deserialize: ToBytes,
    request: Buffer,
    metadata: GrpcMetadata,
    options: object,
  ): GrpcDownload;
  close(): void;
}

export interface GrpcLibrary {
  readonly Client: new (address: string, credentials: GrpcCredentials, options: object) => GrpcClient;
  readonly Metadata: new () => GrpcMetadata;
  readonly credentials: {
    createInsecure(): GrpcCredentials;
    createSsl(ca?: Buffer, key?: Buffer, certificate?: Buffer): GrpcCredentials;
  };
}
