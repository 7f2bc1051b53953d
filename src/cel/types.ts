/**
 * The type of a variable or a field: `string`, `int`, `bool`, `dyn`, `list<string>`, `map<string, list<string>>`, or the name of
 * an object type that is declared beside it.
 */
export type CelTypeName = string;

/** What an expression may use. */
export interface CelDeclarations {
  readonly variables: Readonly<Record<string, CelTypeName>>;
  /** Object types and their fields; a type stands before those that use it. A field that is not here is an error when an expression is compiled. */
  readonly types?: Readonly<Record<string, Readonly<Record<string, CelTypeName>>>>;
}

/** An expression that can be evaluated any number of times. */
export interface CelProgram {
  readonly expression: string;
  /** The type of the value: `bool`, `string`, `list<string>`, `dyn`, … */
  readonly type: CelTypeName;
  /**
   * Evaluates with values of plain JSON (numbers without a fraction are `int`). A variable or field that is left out is not
   * there: `has()` says so, and reading it is an error. Answers plain JSON again; whole numbers as bigint. Throws a
   * CelEvaluationError.
   */
  evaluate(variables: Readonly<Record<string, unknown>>, budget: CelBudget): unknown;
}

/** Steps that may still be taken; one budget may be shared by several evaluations. */
export interface CelBudget {
  remaining: number;
}

/** Characters of a line that a picture shows. */
const maxQuoted = 16_384;

/** An expression that is none. `offset` counts UTF-16 units from its start; `column` and `line` count from 1. */
export class CelCompileError extends Error {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** The line that is wrong, and a mark below the place. */
  readonly picture: string;

  constructor(message: string, expression: string, offset: number) {
    const before = expression.slice(0, offset).split('\n');
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    super(`ERROR: <input>:${line}:${column}: ${message}`);
    this.name = 'CelCompileError';
    this.offset = offset;
    this.line = line;
    this.column = column;
    const text = expression.split('\n', line).at(-1)!.slice(0, maxQuoted);
    this.picture = ` | ${text}\n | ${'.'.repeat(column - 1)}^`;
  }

  /** In one line. */
  get problem(): string {
    return `compilation failed: ${this.message}`;
  }

  /** As findings on a field of an object say it, in three lines. */
  get finding(): string {
    return `${this.problem}\n${this.picture}`;
  }
}

/** An expression that is one, and of another type than is wanted. */
export class CelTypeError extends CelCompileError {
  constructor(wanted: string, found: string, expression: string) {
    super('', expression, 0);
    this.message = `must evaluate to ${wanted} but got ${found}`;
  }

  override get problem(): string {
    return this.message;
  }

  override get finding(): string {
    return this.message;
  }
}

/** An evaluation without a value: a missing key, a division by zero, a budget that ran out. */
export class CelEvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CelEvaluationError';
  }
}
