import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import type { Revision } from '../kv/types.ts';

/*
 * A store as text: one document says what follows, then comes one for each object in the order of the keys, and the last one says
 * that it was all. In YAML, documents are separated by `---`; in JSON each is a line.
 */

export type ExportForm = 'yaml' | 'json';

export const exportVersion = 'binnacle.dev/v1';

export interface ExportHeader {
  readonly apiVersion: typeof exportVersion;
  readonly kind: 'StoreExport';
  /** Where the store stood. */
  readonly revision: Revision;
  /** Objects that follow. */
  readonly objects: number;
}

export interface StoredObject {
  readonly kind: 'StoredObject';
  readonly key: string;
  readonly createRevision: Revision;
  /** The object's resourceVersion. */
  readonly modRevision: Revision;
  /** The object, when it can be read. */
  readonly object?: KubeObject;
  /** In base64, what is stored, when it cannot: encrypted, or in a form of other servers. */
  readonly value?: string;
}

export interface ExportEnd {
  readonly kind: 'StoreExportEnd';
  readonly objects: number;
  /** Of keys, versions and what objects are as compact JSON; see transfer.ts. */
  readonly digest: string;
}

export type ExportDocument = ExportHeader | StoredObject | ExportEnd;

/** YAML as it is written and read here: without references, and without folded lines. */
interface Yaml {
  stringify(value: unknown): string;
  parse(text: string): unknown;
}

async function loadYaml(): Promise<Yaml> {
  const { parse, stringify } = await import('yaml');
  const writing = {
    lineWidth: 0,
    // Quotes what older parsers would take for something else than text.
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  };
  return {
    stringify: (value) => stringify(value, writing),
    parse: (text) => parse(text, { maxAliasCount: 0, logLevel: 'error' }) as unknown,
  };
}

/** Gives the text of documents, one after the other. */
export async function documentWriter(form: ExportForm): Promise<(document: ExportDocument) => string> {
  if (form === 'json') return (document) => `${JSON.stringify(document)}\n`;
  const yaml = await loadYaml();
  return (document) => `---\n${yamlText(yaml, document)}`;
}

/** What is odd enough that YAML's own forms would not bring it back is written as JSON, which is YAML too. */
function yamlText(yaml: Yaml, document: ExportDocument): string {
  const json = JSON.stringify(document);
  const text = yaml.stringify(document);
  const comesBack = !separator.test(text) && JSON.stringify(yaml.parse(text)) === json;
  return comesBack ? text : `${json}\n`;
}

const separator = /^---/m;

/** Characters of one document: the largest value in base64, or in YAML with its indentation, and some room. */
const maxDocumentChars = 64 * 1_024 * 1_024;

/** The documents in a stream of text. Throws an Error that names the document that cannot be read. */
export async function* readDocuments(
  chunks: AsyncIterable<string>,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  let parse: ((text: string) => unknown) | undefined;
  let number = 0;
  for await (const text of documentTexts(chunks)) {
    number++;
    parse ??= text.startsWith('{') ? (one) => JSON.parse(one) as unknown : (await loadYaml()).parse;
    let document: unknown;
    try {
      document = parse(text);
    } catch (error) {
      throw new Error(`document ${number} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    if (!isRecord(document)) throw new Error(`document ${number} is not a mapping`);
    yield document;
  }
}

/** Lines of JSON, or what stands between the separators of YAML: the first line that is not empty tells which. */
async function* documentTexts(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let isJson: boolean | undefined;
  let lines: string[] = [];
  let chars = 0;
  for await (const line of linesOf(chunks)) {
    if (isJson === undefined && line.trim() !== '') isJson = line.startsWith('{');
    if (isJson) {
      if (line !== '') yield line;
      continue;
    }
    if (line === '---') {
      if (lines.length > 0) yield lines.join('');
      [lines, chars] = [[], 0];
      continue;
    }
    lines.push(`${line}\n`);
    chars += line.length + 1;
    if (chars > maxDocumentChars) throw tooLong();
  }
  if (lines.some((line) => line !== '\n')) yield lines.join('');
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let parts: string[] = [];
  let chars = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      yield parts.join('') + chunk.slice(start, end);
      [parts, chars] = [[], 0];
      start = end + 1;
    }
    parts.push(chunk.slice(start));
    chars += chunk.length - start;
    if (chars > maxDocumentChars) throw tooLong();
  }
  const last = parts.join('');
  if (last !== '') yield last;
}

const tooLong = (): Error => new Error(`a document has more than ${maxDocumentChars} characters`);
