import assert from 'node:assert/strict';
import { it } from 'node:test';
import { files, type SourceFile } from './source.ts';

const maxFileLines = 400;
const maxFunctionLines = 80;

/** Functions that are longer, with the lines they may have. The numbers only ever go down. */
const longFunctions: Readonly<Record<string, number>> = {
  // Factories whose inner functions share private state, and a scanner with one case for each token.
  'bench/load/connection.ts openConnection': 130,
  'src/apimachinery/label-selector.ts parseLabelSelector': 90,
  'src/kv/etcd/reads.ts createReads': 100,
  'src/kv/etcd/store.ts storeOf': 185,
  'src/kv/etcd/watches.ts createWatches': 140,
  'src/kv/memory/store.ts storeOf': 130,
  'src/kv/sqlite/service.ts createService': 140,
  'src/kv/sqlite/store.ts storeOf': 170,
  'src/server.ts wire': 110,
  // Tables, written as functions so that they can use short helpers.
  'src/resources/bootstrap/rbac/component-roles.ts componentRoles': 120,
  'src/resources/bootstrap/rbac/controller-roles.ts controllerRoles': 210,
  'src/resources/bootstrap/rbac/more-controller-roles.ts moreControllerRoles': 150,
  'src/resources/bootstrap/rbac/user-roles.ts userRoles': 150,
  'src/scheme/openapi/swagger-messages.ts swaggerMessages': 110,
};
/** Room that a number may leave before it has to be lowered. */
const slackLines = 20;

const sources = files('src/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts');

const countLines = ({ text }: SourceFile): number => text.trimEnd().split('\n').length;

it(`no file has more than ${maxFileLines} lines`, () => {
  const long = sources.filter((file) => countLines(file) > maxFileLines);
  assert.deepEqual(
    long.map((file) => `${file.path}: ${countLines(file)}`),
    [],
  );
});

it(`no function has more than ${maxFunctionLines} lines`, () => {
  const long = sources.flatMap(functionsOf).filter(({ lines }) => lines > maxFunctionLines);
  const tooLong = long.filter(({ name, lines }) => lines > (longFunctions[name] ?? maxFunctionLines));
  assert.deepEqual(
    tooLong.map(({ name, lines }) => `${name}: ${lines}`),
    [],
  );
  const stale = Object.entries(longFunctions).filter(
    ([name, allowed]) => !long.some((found) => found.name === name && found.lines > allowed - slackLines),
  );
  assert.deepEqual(stale, [], 'these got shorter or are gone: lower or remove their number');
});

interface FunctionSize {
  /** `src/kv/memory/store.ts storeOf` */
  readonly name: string;
  readonly lines: number;
}

const functionStart =
  /^(?<indent>\s*)(?:export )?(?:default )?(?:async )?(?:function\*? (?<declared>[\w$]+)|(?:const|let) (?<assigned>[\w$]+)\b.*(?:=>|\()|(?:static |async |get |set |override |readonly )*(?<method>#?[\w$]+)(?:<.*>)?\()/;
const keyword = /^\s*(?:if|for|while|switch|return|throw|await|new|super|it|describe|test)\b/;

/**
 * Functions by the look of formatted source: from a line that starts one to the next line that closes at the same
 * indentation. A function's lines include those of the functions in it.
 */
function functionsOf({ path, text }: SourceFile): FunctionSize[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const groups = functionStart.exec(line)?.groups;
    if (!groups || keyword.test(line) || !/[{([]$|=>$/.test(line)) return [];
    const indent = groups['indent'] ?? '';
    const closing = (other: string) => other.startsWith(indent) && /^[}\])]/.test(other.slice(indent.length));
    const body = lines.slice(at + 1);
    // A closing line that opens again (`): Result {`) belongs to the head.
    const length = body.findIndex((other) => closing(other) && !/[{([]$/.test(other));
    const name = groups['declared'] ?? groups['assigned'] ?? groups['method'];
    return length < 0 ? [] : [{ name: `${path} ${name}`, lines: length + 2 }];
  });
}
