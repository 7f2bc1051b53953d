import { type Functions, fail } from './library.ts';

const characters = (text: string): string[] => [...text];

/** What the package lacks of CEL's `strings` extension; offsets count characters, not UTF-16 units. */
export const stringFunctions: Functions = {
  'string.charAt(int): string': (text: string, at: bigint) => {
    const all = characters(text);
    if (at < 0n || at > BigInt(all.length)) fail(`index out of range: ${at}`);
    return all[Number(at)] ?? '';
  },
  'string.replace(string, string): string': (text: string, old: string, now: string) =>
    text.replaceAll(old, () => now),
  'string.replace(string, string, int): string': (text: string, old: string, now: string, times: bigint) => {
    if (times < 0n) return text.replaceAll(old, () => now);
    const parts = text.split(old);
    const whole = Math.min(Number(times), parts.length - 1);
    return (
      parts.slice(0, whole + 1).join(now) +
      parts
        .slice(whole + 1)
        .map((part) => old + part)
        .join('')
    );
  },
  'string.reverse(): string': (text: string) => characters(text).reverse().join(''),
};
