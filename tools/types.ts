/** Writes the type declarations of the package into `build/types/`: those that `import 'binnacle'` leads to, and no others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = join(root, 'build', 'types');
const emitted = mkdtempSync(join(tmpdir(), 'binnacle-types-'));

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const project = join(root, 'tools', 'tsconfig.types.json');
execFileSync(process.execPath, [compiler, '--project', project, '--outDir', emitted], { stdio: 'inherit' });

/** `./clock.ts` is what the sources say; in a package it is the declaration beside a `.js`. */
const relativeImport = /(from '|import\('|import ')(\.[^']*)\.ts'/g;

rmSync(target, { recursive: true, force: true });
const waiting = ['index'];
const done = new Set<string>();
for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
  if (done.has(name)) continue;
  done.add(name);
  const text = readFileSync(join(emitted, `${name}.d.ts`), 'utf8');
  for (const [, , path] of text.matchAll(relativeImport)) waiting.push(normalize(join(dirname(name), path!)));
  const file = join(target, `${name}.d.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replace(relativeImport, "$1$2.js'"));
}
rmSync(emitted, { recursive: true });
