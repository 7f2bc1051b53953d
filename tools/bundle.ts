/** Bundles the program into `dist/`: loading a handful of files instead of hundreds is most of a cold start. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { newestSource } from '../bin/entry.js';

const root = new URL('../', import.meta.url).pathname;
const target = `${root}dist`;
const [made, replaced] = [`${root}build/dist-new-${process.pid}`, `${root}build/dist-old-${process.pid}`];
const newest = newestSource();
await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', index: 'src/index.ts', worker: 'src/kv/sqlite/worker.ts' },
  outdir: made,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
});
writeFileSync(`${made}/stamp.json`, JSON.stringify({ newest }));

// Whoever starts the program meanwhile finds one bundle or the other, whole.
if (existsSync(target)) renameSync(target, replaced);
renameSync(made, target);
rmSync(replaced, { recursive: true, force: true });
