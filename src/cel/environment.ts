import { addLibraries } from './libraries/index.ts';
import { celPackage, type PackageEnvironment } from './package.ts';
import type { CelDeclarations } from './types.ts';

/** Parts of an expression. */
export const maxCelNodes = 10_000;
export const maxCelNesting = 100;

let base: PackageEnvironment | undefined;
const known = new WeakMap<CelDeclarations, PackageEnvironment>();

/** The language with Kubernetes' libraries, and what is declared. Kept: making one takes longer than most expressions. */
export function environmentOf(declarations: CelDeclarations): PackageEnvironment {
  let environment = known.get(declarations);
  if (!environment) known.set(declarations, (environment = declare(declarations)));
  return environment;
}

function declare({ variables, types = {} }: CelDeclarations): PackageEnvironment {
  base ??= addLibraries(
    new (celPackage().Environment)({
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
      limits: { maxAstNodes: maxCelNodes, maxDepth: maxCelNesting },
    }),
  );
  const environment = base.clone();
  for (const [name, fields] of Object.entries(types)) environment.registerType(name, { fields });
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  return environment;
}
