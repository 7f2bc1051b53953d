import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import type { NodeLink, StandardStreams, StreamedContainer } from '../../apimachinery/node-link.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import { badRequest } from '../../apimachinery/status.ts';
import type { Core } from '../core.ts';
import { booleanParameter } from '../options/query.ts';
import type { Request } from '../request.ts';
import { toApiError } from '../respond.ts';
import { channelsOver } from '../spdy/channels.ts';
import { chosenProtocol, spdyProtocolHeader, spoken } from './channel-protocols.ts';

/** Newest first; what they add to one another are the exit code (v4) and a stdin that ends (v5). None at all is as the oldest. */
const protocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
  '',
];

/** Those of SPDY, which has ends of streams of its own; the second and third add nothing that is told apart here. */
const spdyProtocols = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];

/** How long all streams of a connection may take to be opened. */
const opensWithinMs = 30_000;

/** The first byte of a message says which stream it is of. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Bytes of stdin that wait for who reads them, before the other side has to wait. */
const maxWaitingInputBytes = 256 * 1024;

/** `exec` and `attach` of a container over a WebSocket or SPDY (`RemoteCommand` of the reference server). */
export async function streamContainer(
  core: Core,
  request: Request,
  link: NodeLink,
  kind: 'exec' | 'attach',
  where: Pick<StreamedContainer, 'namespace' | 'pod' | 'container'>,
): Promise<void> {
  const { query } = request.info;
  const asks = (name: string) => booleanParameter(query, name) ?? false;
  const wants = { stdin: asks('stdin'), stdout: asks('stdout'), stderr: asks('stderr') && !asks('tty') };
  const command = query.getAll('command');
  if (!wants.stdin && !wants.stdout && !wants.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  if (kind === 'exec' && command.length === 0) throw badRequest('you must specify at least 1 command');
  const { upgrade, tunnel, headers } = request.exchange;
  if (!upgrade && !tunnel) throw badRequest('Upgrade request required');
  const protocol = upgrade
    ? chosenProtocol(headers['sec-websocket-protocol'], protocols)
    : chosenProtocol(headers[spdyProtocolHeader], spdyProtocols);
  const run = await link[kind]({ ...where, command, tty: asks('tty') });
  request.code = 101;
  request.audit?.responding(101);
  const channel = upgrade
    ? spoken(await upgrade(protocol), protocol)
    : await openedStreams(
        core,
        await tunnel!({ [spdyProtocolHeader]: protocol }),
        expected(wants, asks('tty') && /^v[34]/.test(protocol)),
      );
  const forget = onAbort(core.stopping, channel.close);
  try {
    const output = await finish(channel, run, wants);
    const told = /^v[45]/.test(protocol) ? JSON.stringify(output) : problemIn(output);
    if (told !== undefined) await channel.send(framed(channels.error, Buffer.from(told)));
  } finally {
    forget();
    channel.close();
  }
}

/** The streams that a client has to open, and their channels. */
const expected = (wants: Wants, resize: boolean): ReadonlyMap<string, number> =>
  new Map(
    Object.entries({ error: true, ...wants, resize })
      .filter(([, isWanted]) => isWanted)
      .map(([name]) => [name, channels[name as keyof typeof channels]]),
  );

async function openedStreams(
  { registry }: Core,
  connection: MessageChannel,
  numbers: ReadonlyMap<string, number>,
): Promise<MessageChannel> {
  const timer = registry.clock.setTimer(opensWithinMs, connection.close);
  try {
    return await channelsOver(connection, numbers, channels.close);
  } finally {
    timer.cancel();
  }
}

type Wants = Readonly<Record<'stdin' | 'stdout' | 'stderr', boolean>>;

interface Outcome {
  readonly status?: string;
  readonly message?: string;
}

/** All that the oldest protocols tell of it. */
const problemIn = ({ status, message }: Outcome): string | undefined =>
  status === 'Success' ? undefined : message;

/** Runs to the end, and answers the Status that tells how it went. */
async function finish(
  channel: MessageChannel,
  run: (streams: StandardStreams) => Promise<number>,
  wants: Wants,
): Promise<Outcome> {
  const writer = (id: number) => ({ write: (bytes: Uint8Array) => channel.send(framed(id, bytes)) });
  const streams: StandardStreams = {
    ...(wants.stdin ? { stdin: inputOf(channel) } : {}),
    ...(wants.stdout ? { stdout: writer(channels.stdout) } : {}),
    ...(wants.stderr ? { stderr: writer(channels.stderr) } : {}),
    signal: channel.closed,
  };
  // Tells the other side that somebody is there.
  const first = wants.stdout ? channels.stdout : wants.stderr ? channels.stderr : channels.error;
  await channel.send(framed(first, new Uint8Array()));
  try {
    const exitCode = await run(streams);
    return exitCode === 0 ? succeeded : failedWith(exitCode);
  } catch (error) {
    return toApiError(error, () => {}).status;
  }
}

const succeeded = { metadata: {}, status: 'Success' };

const failedWith = (exitCode: number) => ({
  metadata: {},
  status: 'Failure',
  message: `command terminated with non-zero exit code: exit status ${exitCode}`,
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
});

/** A message of a channel. */
export const framed = (id: number, bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([id]), bytes]);

/** What is sent to stdin, until the other side closes it or goes. Back-pressure: messages wait for who reads. */
function inputOf(channel: MessageChannel): ReadableStream<Uint8Array> {
  let roomForMore: (() => void) | undefined;
  let open = true;
  const queue = new ByteLengthQueuingStrategy({ highWaterMark: maxWaitingInputBytes });
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          if (open) controller.close();
          open = false;
          roomForMore?.();
        };
        channel.closed.addEventListener('abort', end, { once: true });
        channel.receive((message) => {
          if (message[0] === channels.close && message[1] === channels.stdin) end();
          if (message[0] !== channels.stdin || message.length === 1 || !open) return undefined;
          controller.enqueue(message.subarray(1));
          if ((controller.desiredSize ?? 0) > 0) return undefined;
          return new Promise<void>((resolve) => (roomForMore = resolve));
        });
      },
      pull: () => roomForMore?.(),
      cancel() {
        open = false;
        roomForMore?.();
      },
    },
    queue,
  );
}
