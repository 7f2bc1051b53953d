import type { IContainer } from 'kubernetes-models/v1';
import type { Pod } from '../../client/kinds.ts';

/** What is written into a container that is a function, with the names of it; the layer is in memory and ends with its attempt. */
const maxWrittenBytes = 16 * 1024 * 1024;

/** What a file takes beside its content and name. */
const entryBytes = 512;

/** The files of a container: what is mounted, and what is written over it. Paths are absolute. */
export interface ContainerFiles {
  /** Content by path; changes as files are written. */
  readonly all: ReadonlyMap<string, Uint8Array>;
  /** Where relative paths begin. */
  readonly workingDirectory: string;
  /** Every folder, in no order; `/` is ''. */
  readonly folders: ReadonlySet<string>;
  /** Undefined when it is written, else why not, as an operating system says it. */
  write(path: string, content: Uint8Array): string | undefined;
  makeFolder(path: string): string | undefined;
  /** Bytes that can still be written. */
  room(): number;
}

export function containerFiles(
  pod: Pod,
  { volumeMounts = [], workingDir = '/' }: IContainer,
  mounted: ReadonlyMap<string, Uint8Array>,
): ContainerFiles {
  const all = new Map(mounted);
  const working = absolute(workingDir, '/');
  const folders = new Set(['', '/tmp', ...above(working, true)]);
  const addAbove = (path: string, andItself = false) => {
    for (const folder of above(path, andItself)) folders.add(folder);
  };
  for (const path of mounted.keys()) addAbove(path);
  const written = new Map<string, number>();
  let used = 0;
  const readOnly: string[] = [];
  for (const { mountPath, name, readOnly: isReadOnly, subPath } of volumeMounts) {
    const path = absolute(mountPath, '/');
    const volume = pod.spec?.volumes?.find((one) => one.name === name);
    const isData = volume?.configMap ?? volume?.secret ?? volume?.downwardAPI ?? volume?.projected;
    if (isReadOnly || isData) readOnly.push(path);
    addAbove(path, !subPath);
  }
  const refused = (path: string, bytes: number): string | undefined => {
    if (readOnly.some((one) => path === one || path.startsWith(`${one}/`))) return 'Read-only file system';
    if (above(path).some((one) => all.has(one))) return 'Not a directory';
    return used - (written.get(path) ?? 0) + bytes > maxWrittenBytes ? 'No space left on device' : undefined;
  };
  const take = (path: string, bytes: number) => {
    used += bytes - (written.get(path) ?? 0);
    written.set(path, bytes);
  };
  return {
    all,
    workingDirectory: working,
    folders,
    room: () => maxWrittenBytes - used,
    write(path, content) {
      const bytes = entryBytes + Buffer.byteLength(path) + content.length;
      const why = folders.has(path) ? 'Is a directory' : refused(path, bytes);
      if (why) return why;
      all.set(path, content);
      addAbove(path);
      take(path, bytes);
      return undefined;
    },
    makeFolder(path) {
      if (folders.has(path)) return undefined;
      const bytes = entryBytes + Buffer.byteLength(path);
      const why = all.has(path) ? 'File exists' : refused(path, bytes);
      if (why) return why;
      addAbove(path, true);
      take(path, bytes);
      return undefined;
    },
  };
}

/** The folders that a path lies in, and perhaps itself. */
function above(path: string, andItself = false): string[] {
  const names = path.split('/').slice(1);
  return names.map((_, at) => `/${names.slice(0, at + 1).join('/')}`).slice(0, andItself ? undefined : -1);
}

/** A path without `.`, `..` and slashes too many; `/` is ''. */
export function absolute(path: string, from: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.map((name) => `/${name}`).join('');
}
