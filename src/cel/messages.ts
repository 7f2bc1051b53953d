/** Texts of the package that have words of their own in cel-go, which people look for. */
const inOtherWords: readonly [RegExp, string][] = [
  [/^Unknown variable: (.+)$/, "undeclared reference to '$1' (in container '')"],
  [/^no such overload: (\S+) (\S+) (\S+)$/, "found no matching overload for '_$2_' applied to '($1, $3)'"],
  [/^has\(\) invalid argument$/, 'invalid argument to has() macro'],
  [/^Unexpected token: EOF$/, "Syntax error: mismatched input '<EOF>'"],
];

/** What is wrong with an expression, in the words of cel-go. */
export function compileMessage(message: string): string {
  const field = /^No such key: (.+)$/.exec(message);
  if (field) return `undefined field '${field[1]}'`;
  const found = inOtherWords.find(([pattern]) => pattern.test(message));
  return found ? message.replace(found[0], found[1]) : message;
}

/** Why an evaluation has no value, in the words of cel-go. */
export const evaluationMessage = (message: string): string =>
  message
    .replace(/^No such key: index out of bounds, index (\d+) .*/, 'index out of bounds: $1')
    .replace(/^No such key:/, 'no such key:');

/** `list<map<string, int>>` as cel-go writes it: `list(map(string, int))`. */
export const typeText = (type: string): string =>
  type === 'null' ? 'null_type' : type.replaceAll('<', '(').replaceAll('>', ')');
