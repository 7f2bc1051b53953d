const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** What `unicode.IsPrint` is false for, halves of surrogate pairs among them, and what a quoted string escapes besides. */
const special = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu;

/** A text as Go's `%q` prints it. */
export const goQuote = (text: string): string => `"${text.replace(special, escaped)}"`;

function escaped(char: string): string {
  const name = named[char];
  if (name !== undefined) return name;
  const code = char.codePointAt(0)!;
  const hex = (digits: number) => code.toString(16).padStart(digits, '0');
  if (code < 0x80) return `\\x${hex(2)}`;
  return code < 0x1_0000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
