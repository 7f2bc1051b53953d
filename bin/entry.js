import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

/** Time of the newest source file, in milliseconds, and how many there are: together they tell sources apart. */
export function newestSource() {
  let files = 0;
  let newestMs = 0;
  const look = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) look(path);
      else {
        files++;
        newestMs = Math.max(newestMs, statSync(path).mtimeMs);
      }
    }
  };
  look(fileURLToPath(new URL('src', root)));
  return `${files} files, ${newestMs}`;
}

/** The bundle of this very source, or the source itself when there is none. An installed package has only the bundle. */
export function entryPoint(bundled, source) {
  const stamp = new URL('dist/stamp.json', root);
  const installed = root.pathname.includes('/node_modules/');
  const current =
    installed || (existsSync(stamp) && JSON.parse(readFileSync(stamp, 'utf8')).newest === newestSource());
  return new URL(current ? `dist/${bundled}` : `src/${source}`, root).href;
}
