/** Bundles the program into `dist/`: loading a handful of files instead of hundreds is most of a cold start. */
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { newestSource } from '../bin/entry.js';

const root = new URL('../', import.meta.url).pathname;
const newest = newestSource();
rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', index: 'src/index.ts', worker: 'src/kv/sqlite/worker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
});
writeFileSync(`${root}dist/stamp.json`, JSON.stringify({ newest }));
