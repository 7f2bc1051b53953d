import type { CelDeclarations, CelProgram } from '../../cel/index.ts';

const group = 'kubernetes';

/** What `matchConditions` of webhooks may look at, beside the authorizer. */
const declarations: CelDeclarations = {
  types: {
    [`${group}.GroupVersionKind`]: { group: 'string', version: 'string', kind: 'string' },
    [`${group}.GroupVersionResource`]: { group: 'string', version: 'string', resource: 'string' },
    [`${group}.UserInfo`]: {
      username: 'string',
      uid: 'string',
      groups: 'list<string>',
      extra: 'map<string, list<string>>',
    },
    [`${group}.AdmissionRequest`]: {
      kind: `${group}.GroupVersionKind`,
      resource: `${group}.GroupVersionResource`,
      subResource: 'string',
      requestKind: `${group}.GroupVersionKind`,
      requestResource: `${group}.GroupVersionResource`,
      requestSubResource: 'string',
      name: 'string',
      namespace: 'string',
      operation: 'string',
      userInfo: `${group}.UserInfo`,
      dryRun: 'bool',
      options: 'dyn',
    },
  },
  variables: {
    object: 'dyn',
    oldObject: 'dyn',
    namespaceObject: 'dyn',
    request: `${group}.AdmissionRequest`,
  },
};

/** Compiles the conditions of webhooks. */
export interface ConditionLanguage {
  /** Throws a CelCompileError. */
  compile(expression: string): CelProgram;
  /** What is wrong with an expression, as a finding says it; undefined when nothing is. */
  problemOf(expression: string): string | undefined;
}

let loaded: ConditionLanguage | undefined;

/** The language takes a while to load, and few clusters have conditions. */
export async function loadConditionLanguage(): Promise<ConditionLanguage> {
  if (loaded) return loaded;
  const { authorizerName, CelCompileError, compileCel } = await import('../../cel/index.ts');
  // One value for all expressions: an environment is made for each.
  const all = { ...declarations, variables: { ...declarations.variables, authorizer: authorizerName } };
  const compile = (expression: string) => compileCel(expression, all, 'bool');
  loaded = {
    compile,
    problemOf(expression) {
      try {
        compile(expression);
        return undefined;
      } catch (error) {
        if (!(error instanceof CelCompileError)) throw error;
        return error.finding;
      }
    },
  };
  return loaded;
}

/** The language once it has been loaded, for rules, which cannot wait. Throws an Error before that. */
export function conditionLanguage(): ConditionLanguage {
  if (!loaded) throw new Error('the language of conditions is not loaded');
  return loaded;
}
