import { lazyPackage } from '../apimachinery/lazy-package.ts';

const yaml = lazyPackage<typeof import('yaml')>('yaml');

/** Tabs, line separators that are none for everybody, and texts that begin with an empty line, marks of older versions: readers disagree on them. */
const oddText = /[\t\u0085\u2028\u2029\uFEFF]|^\s*\n|^(?:<<|=)$/;

/** With it `<<` would be written as a merge, whatever was asked for. */
const mergeTag = 'tag:yaml.org,2002:merge';

/**
 * YAML as the reference server lays it out: keys sorted, items of a list no deeper than its key. Texts that YAML 1.1 takes for
 * something else (`no`, `1:30`, a date) are quoted, as many of those who read it go by that version.
 */
export const yamlBytes = (value: unknown): Buffer =>
  Buffer.from(
    yaml().stringify(value, quoteOdd, {
      aliasDuplicateObjects: false,
      customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== mergeTag),
      indentSeq: false,
      lineWidth: 0,
      sortMapEntries: true,
      version: '1.1',
    }),
  );

function quoteOdd(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'string' || !oddText.test(value)) return value;
  const scalar = new (yaml().Scalar)(value);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
