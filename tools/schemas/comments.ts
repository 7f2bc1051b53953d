/** The text of a doc comment's lines, or undefined when there is none. */
export function joinComment(lines: readonly string[]): string | undefined {
  const text = lines.join('\n').trim();
  return text === '' ? undefined : text;
}

/** Undoes what the client generator does to text: quotes are escaped, and what would open or end a comment is torn apart. */
export function unescapeComment(text: string | undefined): string | undefined {
  return text
    ?.replace(/\\(['"\\])/g, '$1')
    .replaceAll('/_*', '/*')
    .replaceAll('*_/', '*/');
}

const enumHeading = 'Possible enum values:';

/** The description without the list of values that a running server appends to it. */
export function withoutEnumList(text: string): string {
  const at = text.indexOf(enumHeading);
  return at === -1 ? text : text.slice(0, at).trimEnd();
}

/** For telling whether two texts differ in more than line breaks. */
export const words = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ');
