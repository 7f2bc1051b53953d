import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Path, mode, owner and content of everything below a directory, so that any change shows. */
export function digest(
  directory: string,
  { except = [] }: { readonly except?: readonly string[] } = {},
): string {
  const lines = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => !except.some((name) => path.startsWith(name)))
    .sort()
    .map((path) => {
      const file = statSync(join(directory, path));
      const content = file.isFile() ? readFileSync(join(directory, path)) : '';
      const hash = createHash('sha256').update(content).digest('hex');
      return `${path} ${file.mode.toString(8)} ${file.uid} ${hash}`;
    });
  return lines.join('\n');
}
