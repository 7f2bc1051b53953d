import { goQuote } from '../../apimachinery/go-quote.ts';

type State = 'value' | 'first key' | 'key' | 'colon' | 'after pair' | 'first item' | 'after item' | 'end';

const contexts: Readonly<Record<State, string>> = {
  value: 'looking for beginning of value',
  'first key': 'looking for beginning of object key string',
  key: 'looking for beginning of object key string',
  colon: 'after object key',
  'after pair': 'after object key:value pair',
  'first item': 'looking for beginning of value',
  'after item': 'after array element',
  end: 'after top-level value',
};

const endOfInput = 'unexpected end of JSON input';
const literals = ['true', 'false', 'null'];
const space = /[ \t\r\n]*/y;

/** A character as Go's `encoding/json` quotes it in messages: of one that is several bytes it only sees the first. */
function quoteChar(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const byte = char > '\x7f' ? String.fromCharCode(Buffer.from(char)[0]!) : char;
  return `'${goQuote(byte).slice(1, -1)}'`;
}

const invalid = (char: string, context: string) => `invalid character ${quoteChar(char)} ${context}`;

/** Says where a text that `JSON.parse` refused stops being JSON, in the words of Go's decoder. */
export function jsonSyntaxError(text: string): string {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let at = 0;
  const afterValue = (): State => {
    const top = open.at(-1);
    return top === undefined ? 'end' : top === '{' ? 'after pair' : 'after item';
  };
  for (;;) {
    space.lastIndex = at;
    at += space.exec(text)![0].length;
    const char = at < text.length ? String.fromCodePoint(text.codePointAt(at)!) : undefined;
    if (char === undefined) return endOfInput;
    const closes = (char === '}' && open.at(-1) === '{') || (char === ']' && open.at(-1) === '[');
    if (closes && (state === 'first key' || state === 'first item' || state.startsWith('after '))) {
      open.pop();
      at++;
      state = afterValue();
    } else if (state === 'value' || state === 'first item') {
      const scanned = scanValue(text, at);
      if (typeof scanned === 'string') return scanned;
      at += scanned;
      if (char === '{' || char === '[') open.push(char);
      state = char === '{' ? 'first key' : char === '[' ? 'first item' : afterValue();
    } else if ((state === 'first key' || state === 'key') && char === '"') {
      const scanned = scanString(text, at);
      if (typeof scanned === 'string') return scanned;
      at += scanned;
      state = 'colon';
    } else if (state === 'colon' && char === ':') {
      at++;
      state = 'value';
    } else if ((state === 'after pair' || state === 'after item') && char === ',') {
      at++;
      state = state === 'after pair' ? 'key' : 'value';
    } else return invalid(char, contexts[state]);
  }
}

/** Length of the value (or opening bracket) at `at`, or what is wrong with it. */
function scanValue(text: string, at: number): number | string {
  const char = text[at]!;
  if (char === '{' || char === '[') return 1;
  if (char === '"') return scanString(text, at);
  if (char === '-' || (char >= '0' && char <= '9')) return scanNumber(text, at);
  const literal = literals.find((word) => word[0] === char);
  if (!literal) return invalid(String.fromCodePoint(text.codePointAt(at)!), contexts.value);
  for (let i = 1; i < literal.length; i++) {
    const found = text[at + i];
    if (found === undefined) return endOfInput;
    if (found !== literal[i])
      return invalid(found, `in literal ${literal} (expecting ${quoteChar(literal[i]!)})`);
  }
  return literal.length;
}

function scanString(text: string, start: number): number | string {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') return at + 1 - start;
    if (char < ' ') return invalid(char, 'in string literal');
    if (char !== '\\') continue;
    const escaped = text[++at];
    if (escaped === undefined) return endOfInput;
    if (escaped === 'u') {
      for (let i = 1; i <= 4; i++) {
        const digit = text[at + i];
        if (digit === undefined) return endOfInput;
        if (!/[0-9a-fA-F]/.test(digit)) return invalid(digit, 'in \\u hexadecimal character escape');
      }
    } else if (!'"\\/bfnrt'.includes(escaped)) return invalid(escaped, 'in string escape code');
  }
  return endOfInput;
}

const numberParts = [
  { pattern: /-?/y, wanted: undefined },
  { pattern: /0|[1-9]\d*/y, wanted: 'in numeric literal' },
  { pattern: /(?:\.(?=\d)\d+)?/y, wanted: undefined },
  { pattern: /(?:[eE][-+]?\d+)?/y, wanted: undefined },
] as const;

function scanNumber(text: string, start: number): number | string {
  let at = start;
  for (const { pattern, wanted } of numberParts) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return text[at] === undefined ? endOfInput : invalid(text[at]!, wanted!);
    at += match[0].length;
  }
  const next = text[at];
  if (next !== '.' && next !== 'e' && next !== 'E') return at - start;
  const sign = next !== '.' && (text[at + 1] === '+' || text[at + 1] === '-') ? 1 : 0;
  const wrong = text[at + 1 + sign];
  const context = next === '.' ? 'after decimal point in numeric literal' : 'in exponent of numeric literal';
  return wrong === undefined ? endOfInput : invalid(wrong, context);
}
