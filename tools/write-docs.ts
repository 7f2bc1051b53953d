/*
 * Writes the parts of the documentation that the code knows best: the order of the chain, and the flags. A test compares
 * them, and says to run this.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { helpText } from '../src/cli/help.ts';
import { noEffectFlags } from '../src/cli/no-effect-flags.ts';
import { chain } from '../src/endpoints/chain/steps.ts';

const root = new URL('../', import.meta.url);

/** Path to text, of every file with printed parts, as it should be. */
export function printedDocs(): ReadonlyMap<string, string> {
  const architecture = readFileSync(new URL('docs/architecture.md', root), 'utf8');
  const steps = chain.map(({ name }, at) => `${at + 1}. ${name}`);
  return new Map([
    ['docs/architecture.md', replaceBlock(architecture, 'chain', steps.join('\n'))],
    ['docs/flags.md', flagsPage()],
  ]);
}

function replaceBlock(text: string, name: string, content: string): string {
  const opening = `<!-- printed: ${name} -->\n`;
  const start = text.indexOf(opening);
  const end = text.indexOf('<!-- end -->', start);
  if (start < 0 || end < 0) throw new Error(`no block ${JSON.stringify(opening.trim())}`);
  return `${text.slice(0, start)}${opening}\n${content}\n\n${text.slice(end)}`;
}

function flagsPage(): string {
  return [
    '# Flags',
    '',
    'Printed by `node tools/write-docs.ts`. Names and meaning are those of kube-apiserver. `--name=value`, `--name value`, bare',
    'booleans, repeated flags and comma lists are all understood; an unknown flag is refused with the nearest match.',
    '',
    '```',
    helpText().trimEnd(),
    '```',
    '',
    '## Accepted without effect',
    '',
    'These flags of kube-apiserver may be given, so that scripts go on working; each causes one warning.',
    '',
    ...[...noEffectFlags.keys()].sort().map((name) => `- \`--${name}\``),
    '',
  ].join('\n');
}

if (import.meta.main) {
  for (const [path, text] of printedDocs()) writeFileSync(new URL(path, root), text);
}
