import type { Handler, PackageEnvironment } from '../package.ts';
import { CelEvaluationError } from '../types.ts';

/** Functions that expressions may call, by signature: `string.find(string): string`. */
export type Functions = Readonly<Record<string, Handler>>;

/** Adds what one library has. */
export function addFunctions(environment: PackageEnvironment, functions: Functions): void {
  for (const [signature, handler] of Object.entries(functions)) {
    environment.registerFunction(signature, handler, { async: false });
  }
}

/** Throws a CelEvaluationError. */
export function fail(message: string): never {
  throw new CelEvaluationError(message);
}
