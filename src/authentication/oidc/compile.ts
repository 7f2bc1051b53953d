import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import type { CelDeclarations, CelProgram } from '../../cel/types.ts';
import type { JwtConfig } from './config.ts';

/** The expressions of one issuer. */
export interface ClaimPrograms {
  readonly username: CelProgram | undefined;
  readonly groups: CelProgram | undefined;
  readonly uid: CelProgram | undefined;
  readonly extra: readonly { readonly key: string; readonly program: CelProgram }[];
  readonly claimRules: readonly ValidationRule[];
  readonly userRules: readonly ValidationRule[];
}

export interface ValidationRule {
  readonly program: CelProgram;
  readonly message: string;
}

const claimsOnly: CelDeclarations = { variables: { claims: 'map<string, dyn>' } };

const userOnly: CelDeclarations = {
  variables: { user: 'kubernetes.UserInfo' },
  types: {
    'kubernetes.UserInfo': {
      username: 'string',
      uid: 'string',
      groups: 'list<string>',
      extra: 'map<string, list<string>>',
    },
  },
};

const nothing: ClaimPrograms = Object.freeze({
  username: undefined,
  groups: undefined,
  uid: undefined,
  extra: [],
  claimRules: [],
  userRules: [],
});

const hasExpressions = ({ claimMappings, claimValidationRules, userValidationRules }: JwtConfig): boolean =>
  [
    claimMappings.username,
    claimMappings.groups,
    claimMappings.uid,
    ...claimValidationRules,
    ...userValidationRules,
  ].some(({ expression }) => expression !== '') || claimMappings.extra.length > 0;

/** Compiles every expression of `config`, which stands at `path`, and adds what is wrong to `errors`. */
export async function compileExpressions(
  config: JwtConfig,
  path: FieldPath,
  errors: FieldError[],
): Promise<ClaimPrograms> {
  if (!hasExpressions(config)) return nothing;
  const { claimMappings: mappings, claimValidationRules, userValidationRules } = config;
  const compile = await compilerInto(errors);
  const at = path.child('claimMappings');
  const programs: ClaimPrograms = {
    username: compile(mappings.username.expression, at.child('username', 'expression')),
    groups: compile(mappings.groups.expression, at.child('groups', 'expression')),
    uid: compile(mappings.uid.expression, at.child('uid', 'expression')),
    extra: mappings.extra.flatMap(({ key, valueExpression }, i) => {
      const program = compile(valueExpression, at.child('extra').index(i).child('valueExpression'));
      return program ? [{ key, program }] : [];
    }),
    claimRules: claimValidationRules.flatMap(({ expression, message }, i) => {
      const where = path.child('claimValidationRules').index(i).child('expression');
      const program = compile(expression, where, claimsOnly, 'bool');
      return program ? [{ program, message }] : [];
    }),
    userRules: userValidationRules.flatMap(({ expression, message }, i) => {
      const where = path.child('userValidationRules').index(i).child('expression');
      const program = compile(expression, where, userOnly, 'bool');
      return program ? [{ program, message }] : [];
    }),
  };
  const unverified = uncheckedEmail(programs);
  if (unverified !== undefined) {
    errors.push(invalid(at.child('username', 'expression'), unverified, emailRule));
  }
  return programs;
}

type Compile = (
  expression: string,
  path: FieldPath,
  declarations?: CelDeclarations,
  type?: 'bool',
) => CelProgram | undefined;

/** The language is loaded here, and so only for who has expressions. '' makes none. */
async function compilerInto(errors: FieldError[]): Promise<Compile> {
  const { compileCel, CelCompileError } = await import('../../cel/index.ts');
  return (expression, path, declarations = claimsOnly, type) => {
    if (expression === '') return undefined;
    try {
      const program = compileCel(expression, declarations);
      if (type === undefined || program.type === type) return program;
      errors.push(invalid(path, expression, `must evaluate to ${type} but got ${program.type}`));
    } catch (error) {
      if (!(error instanceof CelCompileError)) throw error;
      errors.push(invalid(path, expression, error.problem));
    }
    return undefined;
  };
}

const emailRule =
  'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';

/** The expression of a user name that is an e-mail address of which nobody asks whether it was verified. */
function uncheckedEmail({ username, extra, claimRules }: ClaimPrograms): string | undefined {
  if (!username || !selects(username, 'email')) return undefined;
  const others = [...extra, ...claimRules].map(({ program }) => program);
  return [username, ...others].some((one) => selects(one, 'email_verified'))
    ? undefined
    : username.expression;
}

/** Text in quotes, raw or not, of one line or several; and comments. */
const literals = /[rRbB]*("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/.*/g;

/** Whether an expression reads a claim by `claims.name` or `claims.?name`. */
const selects = ({ expression }: CelProgram, name: string): boolean =>
  new RegExp(String.raw`(?<![\w.])claims\s*\.\s*\??\s*${name}(?!\w)`).test(
    expression.replace(literals, "''"),
  );
