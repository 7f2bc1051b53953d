import { kubernetesVersion, version } from '../version.ts';
import type { Command, Output } from './command.ts';
import { commands, tools } from './commands.ts';
import { helpText } from './help.ts';
import { nearest } from './nearest.ts';
import { type ParsedFlags, parseFlags, UsageError } from './parse-flags.ts';

const exitOk = 0;
const exitFailed = 1;

const { major, minor, patch } = kubernetesVersion;
/** What `--version` prints. */
export const versionText = `Binnacle ${version} (Kubernetes v${major}.${minor}.${patch})`;

const terminal: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

function commandOf({ words }: ParsedFlags): Command {
  const [word, surplus] = words;
  if (surplus !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(surplus)}`);
  if (word === undefined) return commands[0]!;
  const command = commands.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const like = nearest(
    word,
    [...commands, ...tools].map(({ name }) => name),
  );
  const hint = like === undefined ? '' : `; did you mean ${like}?`;
  throw new UsageError(`unknown command ${JSON.stringify(word)}${hint}`);
}

/** Every message is one line, whatever an error says. */
const oneLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, '; ');

/** Runs a command line. Answers the exit code; never rejects. */
export async function main(argv: readonly string[], output: Output = terminal): Promise<number> {
  try {
    const tool = tools.find(({ name }) => name === argv[0]);
    if (tool) return await tool.run(argv.slice(1), output);
    const parsed = parseFlags(argv);
    if (parsed.help) output.out(helpText());
    else if (parsed.version) output.out(`${versionText}\n`);
    if (parsed.help || parsed.version) return exitOk;
    const command = commandOf(parsed);
    for (const name of parsed.noEffect) output.err(`binnacle: warning: --${name} has no effect here\n`);
    return await command.run(parsed.values, output);
  } catch (error) {
    const hint = error instanceof UsageError ? ' (see binnacle --help)' : '';
    output.err(`binnacle: ${oneLine(error)}${hint}\n`);
    return exitFailed;
  }
}
