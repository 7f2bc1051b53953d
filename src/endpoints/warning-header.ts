/*
 * `Warning` headers (RFC 7234), bounded so that clients and proxies take them. Limits of apiserver
 * `pkg/endpoints/filters/warning.go`.
 */

/** Characters of all texts together from which on each is cut. */
const maxTotalChars = 4_096;
/** Characters that are left of a text then. */
const maxItemChars = 256;

/** All texts in one header, as several headers of one name may be joined. */
export const warningHeader = (texts: readonly string[]): string => fitting(texts).map(headerValue).join(', ');

function fitting(texts: readonly string[]): string[] {
  let total = 0;
  for (const text of texts) total += text.length;
  if (total <= maxTotalChars) return [...texts];
  const fitted: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= maxTotalChars) break;
    const cut = text.slice(0, maxItemChars);
    written += cut.length;
    fitted.push(cut);
  }
  return fitted;
}

/** `299 - "text"`; control characters cannot stand in a header. */
function headerValue(text: string): string {
  const printable = text.replace(/[\r\n\t]+/g, ' ').replace(/[^\x20-\x7e]/g, '?');
  return `299 - "${printable.replace(/[\\"]/g, '\\$&')}"`;
}
