/*
 * `Warning` headers (RFC 7234), bounded so that clients and proxies take them. Limits of apiserver
 * `pkg/endpoints/filters/warning.go`.
 */

/** Characters of all texts together from which on each is cut. */
const maxTotalChars = 4_096;
/** Characters that are left of a text then. */
const maxItemChars = 256;

/** All texts in one header, as several headers of one name may be joined; undefined when there is nothing to say. */
export function warningHeader(texts: readonly string[]): string | undefined {
  const said = texts.filter(fitsInHeader);
  return said.length === 0 ? undefined : fitting(said).map(headerValue).join(', ');
}

/** What would have to be altered to stand in a header is not said at all. */
const fitsInHeader = (text: string): boolean => text !== '' && !/\p{Cc}/u.test(text) && text.isWellFormed();

function fitting(texts: readonly string[]): string[] {
  let total = 0;
  for (const text of texts) total += lengthOf(text);
  if (total <= maxTotalChars) return [...texts];
  const fitted: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= maxTotalChars) break;
    const cut = [...text].slice(0, maxItemChars).join('');
    written += lengthOf(cut);
    fitted.push(cut);
  }
  return fitted;
}

/** Characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** `299 - "text"` in UTF-8, a byte to each character of the string, as headers are carried. */
const headerValue = (text: string): string =>
  Buffer.from(`299 - "${text.replace(/[\\"]/g, '\\$&')}"`, 'utf8').toString('latin1');
