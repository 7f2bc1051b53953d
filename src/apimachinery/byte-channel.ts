/** Messages both ways over one connection, as a WebSocket has them. */
export interface MessageChannel {
  /** The protocol that was agreed on. */
  readonly protocol: string;
  /** Resolves when there is room for more, or the channel is closed. */
  send(message: Uint8Array): Promise<void>;
  /** The same for a message of text, in UTF-8. */
  sendText(message: Uint8Array): Promise<void>;
  /** Who receives; what came before is handed over at once. The next message waits until the callback has resolved. */
  receive(callback: (message: Buffer) => void | Promise<void>): void;
  /** Says goodbye once everything has been sent. */
  close(): void;
  /** Aborts when the channel is closed, by whomever. */
  readonly closed: AbortSignal;
}
