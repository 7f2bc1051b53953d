import { lazyPackage } from '../apimachinery/lazy-package.ts';

/** A node of a checked expression, as far as `steps.ts` looks into it. */
export interface AstNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
  readonly end: number;
  /** What checking found out: `evaluate`, `alternate` and `macro` among other things. May be changed. */
  readonly meta: Record<string, unknown>;
}

/** What `@marcbachmann/cel-js` throws. */
export interface PackageError extends Error {
  /** The message without the excerpt that follows it. */
  readonly summary?: string;
  readonly range?: { readonly start: number; readonly end: number };
}

export interface ParsedExpression {
  (variables: object): unknown;
  readonly ast: AstNode;
  check(): { readonly valid: boolean; readonly type?: string; readonly error?: PackageError };
}

export interface PackageEnvironment {
  registerVariable(name: string, type: string): this;
  registerType(name: string, type: PackageType): this;
  registerFunction(signature: string, handler: Handler, options?: { readonly async: false }): this;
  registerOperator(signature: string, handler: Handler): this;
  registerConstant(name: string, type: string, value: unknown): this;
  clone(): PackageEnvironment;
  parse(expression: string): ParsedExpression;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers get what their signature says, and the package checks that.
export type Handler = (...values: any[]) => unknown;
export type Class = abstract new (...values: never[]) => object;
export type PackageType =
  | Class
  | { readonly ctor?: Class; readonly fields: Readonly<Record<string, string>> };

interface EnvironmentOptions {
  readonly enableOptionalTypes: boolean;
  readonly homogeneousAggregateLiterals: boolean;
  readonly limits: Readonly<Record<string, number>>;
}

interface CelPackage {
  readonly Environment: new (options: EnvironmentOptions) => PackageEnvironment;
  readonly Optional: { of(value: unknown): unknown; none(): unknown };
}

/**
 * The part of `@marcbachmann/cel-js` that is used. Loaded with the first expression: most servers have none. Its own types say
 * nothing of `meta`, on which the step limit depends; its version is pinned for that reason.
 */
export const celPackage = lazyPackage<CelPackage>('@marcbachmann/cel-js');
