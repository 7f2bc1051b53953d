import { configError } from './config-error.ts';

/** One record of a file of comma-separated values, and the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads comma-separated values (RFC 4180) as Go's `encoding/csv` does: fields may be quoted, `""` stands for a quote in one, empty
 * lines are passed over. Throws a ConfigError that names file and line, and never what stands there.
 */
export function parseCsv(path: string, text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const lines = text.split('\n');
  // The text ends with the end of its last line.
  if (lines.at(-1) === '') lines.pop();
  for (let at = 0; at < lines.length; ) {
    const start = at;
    let fields: string[] | undefined;
    let source = withoutReturn(lines[at++]!);
    // A quoted field may go on in the next line.
    while ((fields = splitRecord(path, start + 1, source)) === undefined) {
      if (at === lines.length) throw configError(path, 'a quoted field does not end', { line: start + 1 });
      source += `\n${withoutReturn(lines[at++]!)}`;
    }
    if (source !== '') records.push({ line: start + 1, fields });
  }
  return records;
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** The fields of one record; undefined when a quote in it is still open. */
function splitRecord(path: string, line: number, source: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const comma = source.indexOf(',', at);
    if (source[at] !== '"') {
      const field = source.slice(at, comma === -1 ? undefined : comma);
      if (field.includes('"')) throw configError(path, 'a quote in a field that is not quoted', { line });
      fields.push(field);
      if (comma === -1) return fields;
      at = comma + 1;
      continue;
    }
    const end = closingQuote(source, at + 1);
    if (end === -1) return undefined;
    fields.push(source.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === source.length) return fields;
    if (source[end + 1] !== ',') throw configError(path, 'text after the end of a quoted field', { line });
    at = end + 2;
  }
}

function closingQuote(source: string, from: number): number {
  for (let at = source.indexOf('"', from); at !== -1; at = source.indexOf('"', at + 2)) {
    if (source[at + 1] !== '"') return at;
  }
  return -1;
}
