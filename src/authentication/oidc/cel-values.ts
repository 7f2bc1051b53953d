/** Words that cannot be the name of a field in an expression, and are written `__word__` there. */
const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const escapes: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };

/** The name that `a__dot__b` stands for, `a.b`; undefined when nothing in it is an escape, or something that is none looks like it. */
export function unescaped(name: string): string | undefined {
  if (!name.includes('__')) return undefined;
  let isGood = true;
  const text = name.replace(/__[^_]+__/g, (part) => {
    const word = part.slice(2, -2);
    if (Object.hasOwn(escapes, word)) return escapes[word]!;
    if (!reserved.has(word) || part.length !== name.length) isGood = false;
    return word;
  });
  return isGood && text !== name ? text : undefined;
}

/** A map of which a field can also be read by its escaped name, as upstream's `unescapeMapper`. */
function mapOf(entries: Iterable<readonly [string, unknown]>): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>(entries);
  const get = map.get.bind(map);
  // On the value, not in a class of its own: the language knows a map by its constructor.
  return Object.assign(map, {
    get: (key: string) => get(typeof key === 'string' ? (unescaped(key) ?? key) : key),
  });
}

/**
 * JSON as expressions about claims see it: every number is a `double`, as kube-apiserver reads JSON there, and names of fields may be
 * escaped.
 */
export function claimsValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(claimsValue);
  if (value === null || typeof value !== 'object') return value;
  return mapOf(Object.entries(value).map(([key, item]) => [key, claimsValue(item)] as const));
}
