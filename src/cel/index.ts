/**
 * The Common Expression Language, as Kubernetes uses it. Import this file when a configuration or an object has an expression: it
 * loads the language.
 */
export { compileCel } from './compile.ts';
export { authorizerName, CelAuthorizer, type CelDecision, type CelQuestion } from './libraries/authorizer.ts';
export {
  type CelBudget,
  CelCompileError,
  type CelDeclarations,
  CelEvaluationError,
  type CelProgram,
  type CelTypeName,
} from './types.ts';
