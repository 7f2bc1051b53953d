import type { Log } from '../../apimachinery/log.ts';
import type { Reloads } from '../../configuration/reloads.ts';
import { digestOf } from '../digest.ts';
import type { TokenAuthenticator } from '../types.ts';
import { parseTokenFile, type TokenTable } from './parse.ts';

/** The tokens of a file, which is read again when it changes. */
export async function tokenFile(
  path: string,
  { reloads, log }: { readonly reloads: Reloads; readonly log: Log },
): Promise<TokenAuthenticator> {
  let table: TokenTable = { users: new Map(), warnings: [] };
  await reloads.follow(
    'token-auth-file',
    path,
    (text) => parseTokenFile(path, text),
    (next) => {
      table = next;
      for (const { message, line } of next.warnings) log.warn(message, { path, line });
    },
  );
  return {
    authenticate(token) {
      const user = table.users.get(digestOf(token));
      return user && { user };
    },
  };
}
