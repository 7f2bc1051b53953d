import { environmentOf } from './environment.ts';
import { replacements } from './libraries/index.ts';
import { compileMessage, evaluationMessage, typeText } from './messages.ts';
import type { PackageError, ParsedExpression } from './package.ts';
import { constantPatternProblem } from './patterns.ts';
import { countSteps, withBudget } from './steps.ts';
import {
  CelCompileError,
  type CelDeclarations,
  CelEvaluationError,
  type CelProgram,
  CelTypeError,
  type CelTypeName,
} from './types.ts';
import { fromCel, toCel } from './values.ts';

/** Longest expression, characters. */
export const maxExpressionLength = 16 * 1024;

/**
 * Parses and checks an expression. `type`, when given, is what its value must be (`dyn` passes, and is checked when it is
 * evaluated). Throws a CelCompileError that says where.
 */
export function compileCel(
  expression: string,
  declarations: CelDeclarations,
  type?: CelTypeName,
): CelProgram {
  const { parsed, type: found } = check(expression, declarations);
  if (type !== undefined && found !== type && found !== 'dyn') {
    throw new CelTypeError(typeText(type), typeText(found), expression);
  }
  orCompileError(expression, () => countSteps(parsed.ast, replacements));
  return Object.freeze({
    expression,
    type: found,
    evaluate(variables, budget) {
      const values = new Map(Object.entries(variables).map(([name, value]) => [name, toCel(value)]));
      const value = withBudget(budget, () => run(parsed, values));
      if (type !== undefined && found === 'dyn' && !isOfType(value, type)) {
        throw new CelEvaluationError(`must evaluate to ${type}`);
      }
      return fromCel(value);
    },
  } satisfies CelProgram);
}

function check(expression: string, declarations: CelDeclarations) {
  if (expression.trim() === '') throw new CelCompileError('expression is empty', expression, 0);
  if (expression.length > maxExpressionLength) {
    throw new CelCompileError(`expression is longer than ${maxExpressionLength} characters`, expression, 0);
  }
  const environment = environmentOf(declarations);
  const parsed = orCompileError(expression, () => environment.parse(expression));
  const { valid, error, type: found = 'dyn' } = orCompileError(expression, () => parsed.check());
  if (!valid) throw compileError(expression, error);
  // A single letter stands for a type that only evaluation will tell.
  const type = /^[A-Z]$/.test(found) ? 'dyn' : found;
  const problem = constantPatternProblem(parsed.ast);
  if (problem) throw new CelCompileError(problem.message, expression, problem.offset);
  return { parsed, type };
}

function orCompileError<T>(expression: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw compileError(expression, error as PackageError);
  }
}

const compileError = (expression: string, error: PackageError | undefined): CelCompileError =>
  new CelCompileError(compileMessage(firstLine(error)), expression, error?.range?.start ?? 0);

/** Operators may follow each other without end; the stack does not go on without end. */
const firstLine = (error: PackageError | undefined): string =>
  error instanceof RangeError
    ? 'expression nests too deep'
    : (error?.summary ?? error?.message ?? 'invalid expression').split('\n', 1)[0]!;

function run(parsed: ParsedExpression, values: ReadonlyMap<string, unknown>): unknown {
  try {
    return parsed(values);
  } catch (error) {
    if (error instanceof CelEvaluationError) throw error;
    throw new CelEvaluationError(evaluationMessage(firstLine(error as PackageError)));
  }
}

function isOfType(value: unknown, type: CelTypeName): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'bigint';
    default:
      return true;
  }
}
