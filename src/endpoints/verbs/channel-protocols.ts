import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import { badRequest } from '../../apimachinery/status.ts';

/** Names the protocols that are offered within SPDY, and the one that was chosen. */
export const spdyProtocolHeader = 'x-stream-protocol-version';

/**
 * The first of `known` that is offered. Who offers nothing gets '', where nothing is known too. Throws when what is offered is
 * not known.
 */
export function chosenProtocol(offered: string | undefined, known: readonly string[]): string {
  const all = (offered ?? '').split(',').map((one) => one.trim());
  const found = known.find((one) => all.includes(one));
  if (found !== undefined) return found;
  throw badRequest(
    `unable to upgrade: none of the protocols ${JSON.stringify(all)} is spoken here, but ${known.filter(Boolean).join(', ')}`,
  );
}

/** The channel as the protocol that was agreed on has it: `base64` ones are of text, which is undone here. */
export const spoken = (channel: MessageChannel, protocol: string): MessageChannel =>
  /(^|\.)base64\./.test(protocol) ? inBase64(channel) : channel;

/** Number 0 of a channel in text. */
const zero = 0x30;

/** For who cannot send bytes: the number of a channel is a character from `0` on, and the rest is in base64 (`wsstream`). */
const inBase64 = (channel: MessageChannel): MessageChannel => ({
  ...channel,
  send: (message) =>
    channel.sendText(
      Buffer.from(
        String.fromCharCode(zero + (message[0] ?? 0)) + Buffer.from(message.subarray(1)).toString('base64'),
        'latin1',
      ),
    ),
  receive: (callback) =>
    channel.receive((message) => {
      const number = (message[0] ?? 0) - zero;
      if (number < 0) return undefined;
      const content = Buffer.from(message.toString('latin1', 1), 'base64');
      return callback(Buffer.concat([Buffer.from([number]), content]));
    }),
});
