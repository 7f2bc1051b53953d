import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import { badRequest } from '../../apimachinery/status.ts';
import type { Request } from '../request.ts';
import { startResponse } from '../respond.ts';

/** Where the events of a watch go. */
export interface WatchOutlet {
  /** Sends encoded events in their order. False when the reader has to be waited for. */
  send(frames: readonly Buffer[]): boolean;
  /** Resolves when more can be sent, or the reader is gone. */
  drained(): Promise<void>;
  /** Aborts when the reader is gone. */
  readonly signal: AbortSignal;
  end(): void;
}

/** A stream of lines as the answer, or for who asks for a WebSocket a message for each event. */
export function openOutlet(request: Request, contentType: string): WatchOutlet | Promise<WatchOutlet> {
  const { upgrade } = request.exchange;
  return upgrade ? messages(request, upgrade) : lines(request, contentType);
}

function lines(request: Request, contentType: string): WatchOutlet {
  const { sink } = request.exchange;
  startResponse(request, 200, { 'content-type': contentType });
  return {
    send: (frames) => sink.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames)),
    drained: () => sink.drained(),
    get signal() {
      return request.exchange.signal;
    },
    end: () => sink.end(),
  };
}

type Upgrade = (protocol: string) => Promise<MessageChannel>;

/** Nothing that is sent here is looked at (`WatchServer.HandleWS`). */
async function messages(request: Request, upgrade: Upgrade): Promise<WatchOutlet> {
  const offered = request.exchange.headers['sec-websocket-protocol'] ?? '';
  // Which of several would be meant nobody knows.
  if (offered.includes(',')) throw badRequest('a watch can be had with one WebSocket protocol, or with none');
  request.code = 101;
  request.audit?.responding(101);
  const channel = await upgrade(offered.trim());
  channel.receive(() => {});
  let sent: Promise<void> = Promise.resolve();
  return {
    send(frames) {
      for (const frame of frames) sent = channel.sendText(frame);
      return false;
    },
    drained: () => sent,
    signal: channel.closed,
    end: channel.close,
  };
}
