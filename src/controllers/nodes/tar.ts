import type { ParsedTarEntry, TarEntry } from 'modern-tar';
import type { ExecCall } from '../../apimachinery/container-image.ts';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import { absolute, type ContainerFiles } from './container-files.ts';

const modernTar = lazyPackage<typeof import('modern-tar')>('modern-tar');

/** What kubectl asks before it copies: `tar cf - PATH` and, with a path of its own, `tar -xmf - -C FOLDER`. */
export function tar(
  args: readonly string[],
  call: ExecCall,
  files: ContainerFiles,
  nowMs: number,
): number | Promise<number> {
  const [what, from, ...more] = args.filter((arg) => !ignored.has(arg));
  if (from === '-' && what?.replace(/^-/, '') === 'cf' && more.length === 1) {
    return pack(more[0]!, call, files, nowMs);
  }
  const [option, folder, ...rest] = more;
  if (from === '-' && /^-?xm?f$/.test(what ?? '') && rest.length === 0) {
    if (option === undefined) return unpack('.', call, files);
    if (option === '-C' && folder !== undefined) return unpack(folder, call, files);
  }
  return failure(call, `these arguments are not simulated: ${args.join(' ')}`);
}

/** Owners and permissions are not kept. */
const ignored: ReadonlySet<string> = new Set(['--no-same-permissions', '--no-same-owner']);

function failure({ stderr }: ExecCall, text: string): number {
  stderr.write(`tar: ${text}\n`);
  return 1;
}

async function pack(path: string, call: ExecCall, files: ContainerFiles, nowMs: number): Promise<number> {
  const at = absolute(path, files.workingDirectory);
  const isWithin = (one: string) => one === at || one.startsWith(`${at}/`);
  const folders = [...files.folders].filter(isWithin);
  const found = [...folders, ...[...files.all.keys()].filter(isWithin)].sort();
  if (found.length === 0) return failure(call, `${path}: No such file or directory`);
  if (path.startsWith('/')) call.stderr.write("tar: removing leading '/' from member names\n");
  const mtime = new Date(nowMs);
  const named = path.replace(/^\/+|\/+$/g, '');
  const entries: TarEntry[] = [];
  for (const one of found) {
    const name = (named + one.slice(at.length)).replace(/^\//, '');
    const body = files.all.get(one);
    if (body) entries.push({ header: { name, mtime, size: body.length }, body });
    else if (name !== '') entries.push({ header: { name: `${name}/`, mtime, size: 0, type: 'directory' } });
  }
  call.stdout.write(await modernTar().packTar(entries));
  return 0;
}

async function unpack(folder: string, call: ExecCall, files: ContainerFiles): Promise<number> {
  const at = absolute(folder, files.workingDirectory);
  if (!files.folders.has(at))
    return failure(call, `can't change directory to '${folder}': No such file or directory`);
  const entries = call.stdin.pipeThrough(modernTar().createTarDecoder({ strict: true }));
  try {
    for await (const entry of entries) {
      const { name } = entry.header;
      const why = name.split('/').includes('..')
        ? "name with '..' in archive"
        : await put(entry, absolute(name.replace(/^\/+/, ''), at), files);
      if (why) return failure(call, `can't write '${name}': ${why}`);
    }
  } catch {
    return failure(call, 'corrupted archive');
  }
  return 0;
}

/** Undefined when it is written, else why not. */
async function put(
  { header: { type = 'file', size }, body }: ParsedTarEntry,
  path: string,
  files: ContainerFiles,
): Promise<string | undefined> {
  if (type === 'directory') {
    await body.cancel();
    return files.makeFolder(path);
  }
  if (type !== 'file') return `a ${type} is not simulated`;
  if (size > files.room()) return 'No space left on device';
  const pieces: Uint8Array[] = [];
  for await (const bytes of body) pieces.push(Buffer.from(bytes));
  return files.write(path, Buffer.concat(pieces));
}
