import type { AstNode } from './package.ts';
import { type CelBudget, CelEvaluationError } from './types.ts';

/** Characters or elements of a computed value that cost as much as one step: `common.StringTraversalCostFactor`. */
const elementsPerStep = 10;

const exhausted = 'operation cancelled: actual cost limit exceeded';

type Evaluate = (this: unknown, evaluator: Evaluator, node: AstNode, context: unknown) => unknown;

interface Evaluator {
  run(node: AstNode, context: unknown): unknown;
}

/** A builtin function that is computed by us instead: `receiver` first for one that is called on a value. */
export type Replacement = (...values: unknown[]) => unknown;

/** By name and number of arguments, the receiver not counted: `matches/1`. */
export type Replacements = ReadonlyMap<string, Replacement>;

/** Evaluation is synchronous, so that one place holds the budget of what is evaluated now. */
let current: CelBudget = { remaining: 0 };

/** Runs `task` on a budget. Throws a CelEvaluationError when it is used up, whatever the expression made of that. */
export function withBudget<T>(budget: CelBudget, task: () => T): T {
  const outer = current;
  current = budget;
  try {
    const value = task();
    // `||` and `exists` may have swallowed the error.
    if (budget.remaining < 0) throw new CelEvaluationError(exhausted);
    return value;
  } finally {
    current = outer;
  }
}

/** Takes steps for what costs more than one, from the budget of what is evaluated now. */
export function chargeSteps(steps: number): void {
  current.remaining -= steps;
  if (current.remaining < 0) throw new CelEvaluationError(exhausted);
}

/** Makes every node of a checked expression count, and calls replacements instead of builtins. Once for an expression. */
export function countSteps(root: AstNode, replacements: Replacements): void {
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else if (isNode(value)) {
      count(value, replacements);
      visit(value.args);
      visit(value.meta['alternate']);
      visit(value.meta['macro']);
    } else if (isPlain(value)) {
      for (const item of Object.values(value)) visit(item);
    }
  };
  visit(root);
}

const isNode = (value: object): value is AstNode => 'op' in value && 'meta' in value && 'args' in value;
const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

function count(node: AstNode, replacements: Replacements): void {
  const builtin = node.meta['evaluate'] as Evaluate;
  const evaluate = replaced(node, replacements) ?? builtin;
  const computes = !cheap.has(node.op);
  node.meta['evaluate'] = function (this: unknown, evaluator: Evaluator, self: AstNode, context: unknown) {
    chargeSteps(1);
    const value = evaluate.call(this, evaluator, self, context);
    if (computes) chargeSteps(sizeSteps(value));
    return value;
  } satisfies Evaluate;
}

/** What only hands on a value that was there already. */
const cheap: ReadonlySet<string> = new Set([
  'value',
  'id',
  '.',
  '.?',
  '[]',
  '[?]',
  'accuValue',
  'accuInc',
  'accuPush',
  '?:',
]);

function sizeSteps(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return Math.floor(value.length / elementsPerStep);
  return value instanceof Map ? Math.floor(value.size / elementsPerStep) : 0;
}

function replaced({ op, args, meta }: AstNode, replacements: Replacements): Evaluate | undefined {
  if (meta['alternate'] || meta['macro']) return undefined;
  if (op !== 'rcall' && op !== 'call') return undefined;
  const [name, ...rest] = args as [string, ...unknown[]];
  const operands = rest.flat() as AstNode[];
  const replacement = replacements.get(`${name}/${op === 'rcall' ? operands.length - 1 : operands.length}`);
  if (!replacement) return undefined;
  return (evaluator, _node, context) =>
    replacement(...operands.map((operand) => evaluator.run(operand, context)));
}
