import { prefixEnd } from '../../apimachinery/ordered-map.ts';

/**
 * Where the keys of this store lie in etcd, which may hold other things: what the house calls `<root>/x` is `<prefix>/x` there.
 */
export interface KeySpace {
  /** First key, and first key after the last, of everything. */
  readonly first: string;
  readonly end: string;
  /** Throws a RangeError for a key outside `root`. */
  toEtcd(key: string): string;
  fromEtcd(key: string): string;
}

/** `root` and `prefix` begin with a slash and end without one; either may be empty. */
export function keySpace(root: string, prefix: string): KeySpace {
  const first = `${prefix}/`;
  return {
    first,
    end: prefixEnd(first),
    toEtcd(key) {
      if (!key.startsWith(`${root}/`))
        throw new RangeError(`key is not below ${root}/: ${JSON.stringify(key)}`);
      return prefix + key.slice(root.length);
    },
    fromEtcd: (key) => root + key.slice(prefix.length),
  };
}

/** `registry/` and `/registry` are the same prefix, as they are to kube-apiserver. */
export const normalPrefix = (text: string): string => {
  const trimmed = text.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
};
