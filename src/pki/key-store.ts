import { join } from 'node:path';
import * as files from './files.ts';
import { newPrivateKey, type PrivateKey, parsePrivateKey } from './pem.ts';

const fileNames = [
  'ca.crt',
  'ca.key',
  'apiserver.crt',
  'apiserver.key',
  'admin.crt',
  'admin.key',
  'sa.key',
  'sa.pub',
] as const;
export type FileName = (typeof fileNames)[number];

/** The files of one directory, read once; what is put is written by `save`. */
export interface KeyStore {
  path(name: FileName): string;
  /** The text of a file as it was, undefined when there was none. */
  read(name: FileName): string | undefined;
  put(name: FileName, text: string): void;
  /** The private key in a file; a new one, to be saved, when there is no such file. */
  key(name: FileName & `${string}.key`): Promise<PrivateKey>;
  /** Writes what was put, private keys first. Answers the names. */
  save(): Promise<readonly FileName[]>;
}

const isKey = (name: FileName) => name.endsWith('.key');

export async function openKeyStore(dir: string): Promise<KeyStore> {
  const read = await Promise.all(fileNames.map((name) => files.readIfThere(join(dir, name))));
  const texts = new Map(fileNames.map((name, i) => [name, read[i]] as const));
  const changed = new Map<FileName, string>();
  const path = (name: FileName) => join(dir, name);

  const write = async (names: readonly FileName[], mode: number) => {
    if (names.length === 0) return;
    await Promise.all(names.map((name) => files.writeAtomically(path(name), changed.get(name)!, mode)));
    await files.syncDirectory(dir);
  };
  return {
    path,
    read: (name) => texts.get(name),
    put: (name, text) => void changed.set(name, text),
    async key(name) {
      const text = texts.get(name);
      if (text !== undefined) return parsePrivateKey(path(name), text);
      const made = await newPrivateKey();
      changed.set(name, made.pem);
      return made;
    },
    async save() {
      const names = [...changed.keys()];
      if (names.length === 0) return names;
      await files.makePrivateDirectory(dir);
      await write(names.filter(isKey), files.privateMode);
      await write(
        names.filter((name) => !isKey(name)),
        files.publicMode,
      );
      return names;
    },
  };
}
