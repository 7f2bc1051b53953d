import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './parse-flags.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads what follows the name of a tool. Throws a UsageError for what it does not know. */
export function toolArguments<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export type ToolValues<T extends Options> = ReturnType<typeof toolArguments<T>>['values'];

/** Where kubectl looks, too. */
export const defaultKubeconfig = (): string =>
  process.env['KUBECONFIG'] || join(homedir(), '.kube', 'config');
