import { lazyPackage } from '../apimachinery/lazy-package.ts';

const yaml = lazyPackage<typeof import('yaml')>('yaml');

/** YAML as the reference server lays it out: keys sorted, items of a list no deeper than its key. */
export const yamlBytes = (value: unknown): Buffer =>
  Buffer.from(
    yaml().stringify(value, {
      aliasDuplicateObjects: false,
      indentSeq: false,
      lineWidth: 0,
      sortMapEntries: true,
    }),
  );
