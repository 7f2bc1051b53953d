/** Bundles the program into `dist/`: loading a handful of files instead of hundreds is most of a cold start. */
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { newestSource } from '../bin/entry.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = `${root}dist`;
const [made, replaced] = [`${root}build/dist-new-${process.pid}`, `${root}build/dist-old-${process.pid}`];

/** Packages of a hundred files that a first start needs: bundled, they load in a fifth of the time. */
const bundled = ['pkijs', 'asn1js'];

function otherPackages(): string[] {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !bundled.includes(name));
}

/** The licences of what came in from other packages. */
function licenses({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).map(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0],
  );
  const packages = [...new Set(folders.filter((folder) => folder !== undefined))].sort();
  return packages
    .map((folder) => {
      const [file] = globSync(`${folder}/LICEN[CS]E*`, { cwd: root });
      if (file === undefined) throw new Error(`${folder} has no licence`);
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name}\n\n${readFileSync(`${root}${file}`, 'utf8').trim()}\n`;
    })
    .join('\n----\n\n');
}

const newest = newestSource();
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', index: 'src/index.ts', worker: 'src/kv/sqlite/worker.ts' },
  outdir: made,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: otherPackages(),
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
});
writeFileSync(`${made}/licenses.txt`, licenses(metafile));
writeFileSync(`${made}/stamp.json`, JSON.stringify({ newest }));

// Whoever starts the program meanwhile finds one bundle or the other, whole.
if (existsSync(target)) renameSync(target, replaced);
renameSync(made, target);
rmSync(replaced, { recursive: true, force: true });
