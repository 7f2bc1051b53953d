import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import { contentAt, placeOf, progressOf, storeFlags, storeFlagsUsage, vaultOf } from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const usage = `Writes everything that a store has at one moment as text, with uids and versions, for: binnacle store import. Safe while
servers use the store. History is not exported.

Usage:
  binnacle store export [FILE] [flags]     (to standard output without FILE)

Flags:
${storeFlagsUsage}  -o, --output yaml|json            one document, or one line, for each object (default yaml)
      --sealed                      export encrypted values as they are, when --encryption-provider-config is not given
  -h, --help

With --encryption-provider-config everything is readable in the export: keep it as you keep the keys.
`;

const options = {
  ...storeFlags,
  output: { type: 'string', short: 'o', default: 'yaml' },
  sealed: { type: 'boolean', default: false },
} as const;

export const exportCommand: Subcommand = Object.freeze({
  name: 'export',
  summary: 'Writes everything in a store as YAML or JSON.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    const [file] = positionals;
    if (positionals.length > 1) throw new UsageError('store export takes one file at most');
    const form = values.output;
    if (form !== 'yaml' && form !== 'json')
      throw new UsageError(`--output: ${JSON.stringify(form)} must be one of yaml, json`);
    const target = file === undefined ? undefined : resolve(file);
    if (target !== undefined && existsSync(target))
      throw new Error(`${target} exists already; choose another name`);
    const vault = await vaultOf(values);
    const content = await contentAt(placeOf(values));
    const progress = progressOf(output);
    try {
      const { exportText } = await import('../../maintenance/export-store.ts');
      const text = exportText(content, {
        form,
        open: vault?.open,
        keepsSealed: values.sealed,
        onProgress: (done) => progress.step(done, content.count, 'objects'),
      });
      await (target === undefined ? toStandardOutput(text) : toFile(text, target));
      progress.end();
      report(output, target, content.revision);
      return 0;
    } finally {
      progress.end();
      await content.close();
    }
  },
} satisfies Subcommand);

/** Standard output is the export itself. */
function report(output: Output, target: string | undefined, revision: number): void {
  if (target !== undefined) output.out(`${target}: the store at revision ${revision}\n`);
}

/** Waits for whoever reads, so that memory stays bounded. */
const toStandardOutput = (text: AsyncIterable<string>): Promise<void> =>
  pipeline(Readable.from(text), process.stdout, { end: false });

async function toFile(text: AsyncIterable<string>, target: string): Promise<void> {
  const { writing } = await import('../../apimachinery/write-whole.ts');
  const partial = `${target}.partial`;
  await writing(partial, target, async () => {
    const file = await open(partial, 'w');
    await pipeline(Readable.from(text), file.createWriteStream());
  });
}
