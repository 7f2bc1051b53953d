import type { CST, Document, LineCounter } from 'yaml';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import { isRecord, type Json, setOwn } from '../../apimachinery/object.ts';
import type { Steps } from '../../apimachinery/steps.ts';
import { DecodeError } from './decode-error.ts';
import { maxDepth } from './json-text.ts';
import { plainScalar } from './yaml-scalar.ts';

const yaml = lazyPackage<typeof import('yaml')>('yaml');

/**
 * Parsing YAML takes about a millisecond for a kilobyte in the worst case. Larger documents must be sent as JSON, which is
 * YAML, too, and has the limit of every body.
 */
export const maxYamlBytes = 256 * 1024;
/**
 * Words, signs, blanks and line ends in a document. What has been read word by word, in slices, becomes a document in one go,
 * while other requests wait; manifests of the largest size have half as many.
 */
export const maxYamlTokens = 150_000;
/** Tokens of one slice: a few milliseconds. */
const tokensPerSlice = 2_000;
/** Values and characters that aliases may add: as much as the largest body could have held. */
const maxExpansion = 3 * 1024 * 1024;

const prefix = 'error converting YAML to JSON: ';
const tagPrefix = 'tag:yaml.org,2002:';

const fail = (why: string): DecodeError => new DecodeError(`${prefix}${why}`);

/** Parses the first YAML document of a text. Throws a `DecodeError` on bad syntax and on documents beyond the limits. */
export function* decodeYaml(text: string): Steps<{ value: Json; duplicates: string[] }> {
  if (text.length > maxYamlBytes) {
    throw fail(`yaml: document is larger than ${maxYamlBytes} bytes; send it as JSON`);
  }
  if (nestsTooDeep(text)) throw fail('yaml: exceeded max depth');
  const lines = new (yaml().LineCounter)();
  const document = yield* firstDocument(text, lines);
  yield;
  const error = document?.errors[0];
  if (error?.code === 'RESOURCE_EXHAUSTION') throw fail('yaml: exceeded max depth');
  if (error) throw fail(`yaml: line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (!document?.contents) return { value: null, duplicates: [] };
  const reader = new YamlReader(lines);
  return { value: reader.read(document.contents, 0), duplicates: reader.duplicates };
}

const dashes = new RegExp(`^ *(?:[-?:] ){${maxDepth}}`, 'm');

/** Brackets and dashes in their thousands, which the parser takes a second to refuse. Looks at no quotes. */
function nestsTooDeep(text: string): boolean {
  let open = 0;
  for (const bracket of text.matchAll(/[[{}\]]/g)) {
    open += bracket[0] === '[' || bracket[0] === '{' ? 1 : -1;
    if (open > maxDepth) return true;
  }
  return dashes.test(text);
}

/** What `Parser.parse` does, with a pause (undefined) after every slice of the text. */
function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token | undefined> {
  const { Lexer, Parser } = yaml();
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let count = 0;
  for (const source of new Lexer().lex(text)) {
    yield* parser.next(source);
    if (++count % tokensPerSlice === 0) yield undefined;
    if (count > maxYamlTokens)
      throw fail(`yaml: document has more than ${maxYamlTokens} tokens; send it as JSON`);
  }
  yield* parser.end();
}

/** Broken documents can have an error on every line; without stack traces these cost little. */
function withoutStackTraces<T>(work: () => T): T {
  const stackTraceLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const firstOf = (documents: Iterable<Document.Parsed>): Document.Parsed | undefined =>
  withoutStackTraces(() => {
    for (const document of documents) return document;
    return undefined;
  });

function* firstDocument(text: string, lines: LineCounter): Steps<Document.Parsed | undefined> {
  // `failsafe` leaves every scalar a string: what unquoted ones mean is decided in `plainScalar`.
  const composer = new (yaml().Composer)({
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    logLevel: 'silent',
  });
  try {
    for (const token of tokensOf(text, lines)) {
      if (token === undefined) {
        yield;
        continue;
      }
      const document = firstOf(composer.next(token));
      if (document) return document;
    }
    return firstOf(composer.end());
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw fail(`yaml: ${error instanceof RangeError ? 'exceeded max depth' : (error as Error).message}`);
  }
}

/** Turns the nodes of one document into plain values, following aliases within a budget. */
class YamlReader {
  readonly duplicates: string[] = [];
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, unknown>();
  private readonly beingRead = new Set<unknown>();
  private aliasDepth = 0;
  private expansion = 0;

  constructor(lines: LineCounter) {
    this.lines = lines;
  }

  read(node: unknown, depth: number): Json {
    if (depth > maxDepth) throw fail('yaml: exceeded max depth');
    if (yaml().isAlias(node)) return this.readAlias(node.source, depth);
    if (yaml().isScalar(node)) {
      if (node.anchor) this.anchors.set(node.anchor, node);
      const value = scalarValue(node);
      this.spend(1 + (typeof value === 'string' ? value.length : 0));
      return value;
    }
    if (!yaml().isMap(node) && !yaml().isSeq(node)) return null;
    if (node.anchor) this.anchors.set(node.anchor, node);
    if (this.beingRead.has(node)) throw fail(`yaml: anchor '${node.anchor}' value contains itself`);
    this.beingRead.add(node);
    this.spend(1);
    const value = yaml().isSeq(node)
      ? node.items.map((item) => this.read(item, depth + 1))
      : this.readMap(node.items, depth + 1);
    this.beingRead.delete(node);
    return value;
  }

  private readAlias(anchor: string, depth: number): Json {
    if (!this.anchors.has(anchor)) throw fail(`yaml: unknown anchor '${anchor}' referenced`);
    this.aliasDepth++;
    const value = this.read(this.anchors.get(anchor), depth);
    this.aliasDepth--;
    return value;
  }

  private spend(cost: number): void {
    if (this.aliasDepth === 0) return;
    this.expansion += cost;
    if (this.expansion > maxExpansion) throw fail('yaml: document contains excessive aliasing');
  }

  private readMap(pairs: readonly { key: unknown; value: unknown }[], depth: number): Json {
    const result: Record<string, Json> = {};
    const merged: Json[] = [];
    for (const { key, value } of pairs) {
      if (yaml().isScalar(key) && key.type === 'PLAIN' && key.value === '<<') {
        merged.push(...this.readMerge(value, depth));
        continue;
      }
      const name = this.readKey(key, depth);
      if (Object.hasOwn(result, name)) this.noteDuplicate(key, name);
      setOwn(result, name, value === null ? null : this.read(value, depth));
    }
    for (const source of merged) {
      for (const name of Object.keys(source as object)) {
        if (!Object.hasOwn(result, name)) setOwn(result, name, (source as Record<string, Json>)[name]);
      }
    }
    return result;
  }

  private readMerge(value: unknown, depth: number): Json[] {
    const source = this.read(value, depth);
    const sources = Array.isArray(source) ? source : [source];
    if (!sources.every(isRecord)) throw fail('yaml: map merge requires map or sequence of maps as the value');
    return sources;
  }

  private readKey(key: unknown, depth: number): string {
    const value = key === null ? null : this.read(key, depth);
    if (value === null || typeof value === 'object') throw fail('unsupported map key');
    return String(value);
  }

  private noteDuplicate(key: unknown, name: string): void {
    const offset = yaml().isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const { line } = this.lines.linePos(offset);
    this.duplicates.push(`line ${line}: key ${JSON.stringify(name)} already set in map`);
  }
}

function scalarValue(node: { value: unknown; type?: string | undefined; tag?: string }): Json {
  const text = typeof node.value === 'string' ? node.value : '';
  const tag = node.tag?.startsWith(tagPrefix) ? node.tag.slice(tagPrefix.length) : undefined;
  if (tag === 'binary') return Buffer.from(text, 'base64').toString();
  if (tag === 'int' || tag === 'float' || tag === 'bool' || tag === 'null') return plainScalar(text);
  return node.type === 'PLAIN' && node.tag === undefined ? plainScalar(text) : text;
}
