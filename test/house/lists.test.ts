import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldersIn, importsOf, readText } from './source.ts';

interface List {
  readonly folder: string;
  /** The file whose imports are the list. */
  readonly namedIn: string;
  /** Folders that are not members, and why. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Folders between the API groups that are none. */
const sharedByResources = {
  bootstrap: 'objects of a fresh server',
  validation: 'shared by several resources',
  warnings: 'shared by several resources',
};
const groups = foldersIn('src/resources').filter((name) => !Object.hasOwn(sharedByResources, name));

const lists: readonly List[] = [
  { folder: 'src/admission', namedIn: 'src/admission/plugins.ts' },
  { folder: 'src/authentication', namedIn: 'src/authentication/index.ts' },
  {
    folder: 'src/authorization',
    namedIn: 'src/authorization/index.ts',
  },
  { folder: 'src/controllers', namedIn: 'src/controllers/index.ts' },
  { folder: 'src/resources', namedIn: 'src/resources/index.ts', others: sharedByResources },
  ...groups.map((group) => ({
    folder: `src/resources/${group}`,
    namedIn: `src/resources/${group}/index.ts`,
  })),
];

describe('every folder is named in its list', () => {
  for (const { folder, namedIn, others = {} } of lists) {
    it(`${folder} in ${namedIn}`, () => {
      const imports = importsOf({ path: namedIn, text: readText(namedIn) });
      const named = foldersIn(folder).filter((name) =>
        imports.some((path) => path.startsWith(`${folder}/${name}/`)),
      );
      assert.deepEqual([...named, ...Object.keys(others)].sort(), foldersIn(folder));
    });
  }
});
