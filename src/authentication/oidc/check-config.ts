import { duplicate, type FieldError, FieldPath, invalid, tooMany } from '../../apimachinery/field-error.ts';
import { checkIssuer } from './check-issuer.ts';
import { checkJwt } from './check-jwt.ts';
import { type ClaimPrograms, compileExpressions } from './compile.ts';
import type { AuthenticationConfig, JwtConfig } from './config.ts';

/** A configuration that may be used, with its expressions compiled. */
export interface CheckedConfig {
  readonly jwt: readonly CheckedJwt[];
  readonly anonymous: AuthenticationConfig['anonymous'];
}

export interface CheckedJwt {
  readonly config: JwtConfig;
  readonly programs: ClaimPrograms;
}

/** Issuers in one configuration. */
const maxIssuers = 64;

/** Finds what upstream's `ValidateAuthenticationConfiguration` finds, in its words. */
export async function checkConfig(
  { jwt, anonymous }: AuthenticationConfig,
  disallowedIssuers: readonly string[],
): Promise<CheckedConfig | { readonly errors: readonly FieldError[] }> {
  const root = FieldPath.of('jwt');
  if (jwt.length > maxIssuers) return { errors: [tooMany(root, jwt.length, maxIssuers)] };
  const errors: FieldError[] = [];
  const checked: CheckedJwt[] = [];
  for (const [i, config] of jwt.entries()) {
    const path = root.index(i);
    errors.push(
      ...checkIssuer(config.issuer, disallowedIssuers, path.child('issuer')),
      ...checkJwt(config, path),
    );
    checked.push({ config, programs: await compileExpressions(config, path, errors) });
  }
  const duplicates = (field: 'url' | 'discoveryURL') =>
    jwt.flatMap(({ issuer: { [field]: value } }, i) =>
      value !== '' && jwt.findIndex(({ issuer }) => issuer[field] === value) < i
        ? [duplicate(root.index(i).child('issuer', field), value)]
        : [],
    );
  errors.push(...duplicates('url'), ...duplicates('discoveryURL'));
  if (anonymous && !anonymous.enabled && anonymous.conditions.length > 0) {
    errors.push(
      invalid(
        FieldPath.of('anonymous', 'conditions'),
        anonymous.conditions,
        'enabled should be set to true when conditions are defined',
      ),
    );
  }
  return errors.length > 0 ? { errors } : { jwt: checked, anonymous };
}
