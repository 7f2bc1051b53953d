import type { AuthenticationOptions } from '../../authentication/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

export const authenticationFlags = Object.freeze({
  'anonymous-auth': flag(
    type.boolean,
    true,
    'Whether requests without credentials are served as system:anonymous.',
  ),
});

/** What the flags mean to authentication. */
export const authenticationOptions = (
  values: ValuesOf<typeof authenticationFlags>,
): Partial<AuthenticationOptions> => ({ anonymous: values['anonymous-auth'] });
