import { formatGoDuration } from '../apimachinery/duration.ts';
import { commands, tools } from './commands.ts';
import type { Flag } from './flag.ts';
import * as type from './flag-types.ts';
import { flags } from './flags.ts';
import { noEffectFlags } from './no-effect-flags.ts';

function defaultText({ type: flagType, default: value }: Flag<unknown>): string {
  if (flagType === type.durationMs) return formatGoDuration(value as number);
  if (flagType === type.portRange) {
    const { from, to } = value as type.PortRange;
    return `${from}-${to}`;
  }
  if (flagType === type.switches || flagType === type.pairs || value === '' || value === undefined) return '';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function flagLines(): string[] {
  return Object.entries<Flag<unknown>>(flags).map(([name, flag]) => {
    const { placeholder } = flag.type;
    const usage = `${name.length === 1 ? '-' : '--'}${name}${placeholder === '' ? '' : ` ${placeholder}`}`;
    const fallback = defaultText(flag);
    return `  ${usage}\n        ${flag.help}${fallback === '' ? '' : ` (default ${fallback})`}`;
  });
}

/** What `--help` prints. */
export function helpText(): string {
  const all = [...commands, ...tools];
  const width = Math.max(...all.map(({ name }) => name.length));
  return [
    'Binnacle is a Kubernetes API server.',
    '',
    'Usage:',
    '  binnacle [command] [flags]',
    '',
    'Commands:',
    ...all.map(({ name, summary }, i) => `  ${name.padEnd(width)}  ${summary}${i === 0 ? ' (default)' : ''}`),
    '',
    'Flags:',
    ...flagLines(),
    '  -h, --help\n        Prints this text.',
    '  --version\n        Prints the version.',
    '',
    `${noEffectFlags.size} more flags of kube-apiserver are accepted, with a warning, and change nothing.`,
    '',
  ].join('\n');
}
