import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export const readText = (path: string): string => readFileSync(root + path, 'utf8');

export interface SourceFile {
  /** Below the root: `src/kv/types.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Files below the root that match the patterns, in order. */
export const files = (...patterns: string[]): SourceFile[] =>
  globSync(patterns, { cwd: root })
    .sort()
    .map((path) => ({ path, text: readText(path) }));

/** Folders right below `path`. */
export const foldersIn = (path: string): string[] =>
  globSync(`${path}/*/`, { cwd: root })
    .map((folder) => posix.basename(folder))
    .sort();

/** Paths, below the root, of the files that a file imports; packages and built-in modules are left out. */
export function importsOf({ path, text }: SourceFile): string[] {
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\(\s*|^import\s+)'(\.[^']+)'/gm);
  return [...found].map(([, target]) => posix.join(posix.dirname(path), target!));
}

/** The rows below the first table whose heading line starts with `| <firstColumn> `, as trimmed cells. */
export function tableRows(markdown: string, firstColumn: string): string[][] {
  const lines = markdown.split('\n');
  const heading = lines.findIndex((line) => line.startsWith(`| ${firstColumn} `));
  const rows: string[][] = [];
  for (let at = heading + 2; heading >= 0 && lines[at]?.startsWith('|'); at++) {
    rows.push(
      lines[at]!.split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

/** What stands between backticks. */
export const codeWords = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

/** The text of the first block of the given language. */
export function codeBlock(path: string, language: string, containing = ''): string {
  const blocks = readText(path).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  const found = [...blocks].map(([, text]) => text!).find((text) => text.includes(containing));
  if (found === undefined)
    throw new Error(`${path} has no block of ${language} with ${JSON.stringify(containing)}`);
  return found;
}
