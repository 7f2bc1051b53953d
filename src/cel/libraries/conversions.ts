import { formatTime } from '../../apimachinery/clock.ts';
import type { Functions } from './library.ts';

const secondMs = 1_000;

interface Duration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Conversions that the package lacks. */
export const conversionFunctions: Functions = {
  'string(google.protobuf.Timestamp): string': (time: Date) => timeText(time),
  'string(google.protobuf.Duration): string': (duration: Duration) => durationText(duration),
  'int(google.protobuf.Timestamp): int': (time: Date) => BigInt(Math.floor(time.getTime() / secondMs)),
};

/** RFC 3339 with as many decimals as are needed. */
function timeText(time: Date): string {
  const ms = time.getTime() % secondMs;
  const text = formatTime(time.getTime());
  return ms === 0 ? text : text.replace('Z', `${time.toISOString().slice(19).replace(/0+Z$/, 'Z')}`);
}

function durationText({ seconds, nanos }: Duration): string {
  const negative = seconds < 0n || nanos < 0;
  const decimals = String(Math.abs(nanos)).padStart(9, '0').replace(/0+$/, '');
  const whole = seconds < 0n ? -seconds : seconds;
  return `${negative ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}s`;
}
