/** All header fields of one request together, names and values. Beyond it: 431. The reference server allows 1 MiB. */
export const maxHeaderBytes = 64 * 1024;

/**
 * What HTTP/2 sessions accept before they reset a stream unseen. Larger than `maxHeaderBytes` so that headers somewhat over the
 * limit get a proper 431 instead of a reset.
 */
export const maxH2HeaderListBytes = 2 * maxHeaderBytes;

/** Header fields of one HTTP/2 request. */
export const maxH2HeaderPairs = 1000;

/** Streams a client may have open on one HTTP/2 connection, as the reference server announces. */
export const defaultMaxConcurrentStreams = 100;

/** Request bytes a client may send on one stream before it must wait; most API objects fit (upstream: the 99th percentile). */
export const h2StreamWindowBytes = 256 * 1024;

/** Request bytes of all streams of one connection together before the client must wait. */
export const h2ConnectionWindowBytes = 4 * 1024 * 1024;

/** Memory of one HTTP/2 session in megabytes (the unit Node uses): queued responses of all its streams count. */
export const h2SessionMemoryMegabytes = 256;

/** Streams a client may reset in a burst, and then per second, before its connection is ended with GOAWAY (CVE-2023-44487). */
export const h2ResetBurst = 1000;
export const h2ResetsPerSecond = 33;

/** Malformed frames, and refused streams, of one session before its connection is ended. */
export const maxH2InvalidFrames = 100;
export const maxH2RejectedStreams = 100;

/** Open TCP connections. Further ones are closed at once. */
export const maxConnections = 20_000;

/** Waiting connections in the kernel. */
export const listenBacklog = 1024;

/** How long TCP may be silent before the kernel asks whether the other side is still there. */
export const tcpKeepAliveDelayMs = 30_000;

/** Times a test may shorten. */
export interface Timeouts {
  /** From accepting a connection to the end of the TLS handshake. */
  readonly handshakeMs: number;
  /** From the first byte of an HTTP/1.1 request to the end of its headers; upstream: 32 s. */
  readonly headersMs: number;
  /** From the start of reading a request body to its end. */
  readonly bodyMs: number;
  /** How long a connection without requests is kept; upstream: 90 s. */
  readonly idleMs: number;
  /** How long the other side may leave a full response buffer unread before its stream is cut. */
  readonly stalledWriteMs: number;
  /** How long a refused request is still read (and thrown away), so that the client sees the answer before the reset. */
  readonly lingerMs: number;
}

export const defaultTimeouts: Timeouts = {
  handshakeMs: 10_000,
  headersMs: 32_000,
  bodyMs: 60_000,
  idleMs: 90_000,
  stalledWriteMs: 60_000,
  lingerMs: 500,
};

/** One message of a WebSocket, in bytes. */
export const maxWebSocketMessageBytes = 1024 * 1024;
