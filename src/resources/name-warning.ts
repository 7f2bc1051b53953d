import { isDNS1123Label } from '../apimachinery/names.ts';

/** Names that are fine for a workload but not for the hosts of its pods. */
export function nameWarnings(name: string | undefined): string[] {
  const messages = isDNS1123Label(name ?? '');
  if (messages.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
  ];
}
