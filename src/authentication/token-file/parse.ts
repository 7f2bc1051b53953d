import type { UserInfo } from '../../apimachinery/user.ts';
import { configError } from '../../configuration/config-error.ts';
import { parseCsv } from '../../configuration/csv.ts';
import { digestOf } from '../digest.ts';

export interface TokenTable {
  /** By digest of the token. */
  readonly users: ReadonlyMap<string, UserInfo>;
  /** What looks like a mistake and is none for certain. */
  readonly warnings: readonly { readonly message: string; readonly line: number }[];
}

/** Reads `token,user,uid` or `token,user,uid,"group1,group2"`, one token a line. Throws a ConfigError. */
export function parseTokenFile(path: string, text: string): TokenTable {
  const users = new Map<string, UserInfo>();
  const warnings: { message: string; line: number }[] = [];
  for (const { line, fields } of parseCsv(path, text)) {
    const [token = '', name = '', uid, groups] = fields;
    if (uid === undefined) {
      throw configError(
        path,
        `must have at least 3 columns (token, user name, user uid), found ${fields.length}`,
        {
          line,
        },
      );
    }
    if (token === '') {
      warnings.push({ message: 'empty token in token file', line });
      continue;
    }
    const digest = digestOf(token);
    if (users.has(digest)) warnings.push({ message: 'duplicate token in token file', line });
    users.set(digest, {
      name,
      ...(uid === '' ? {} : { uid }),
      groups: groups === undefined ? [] : groups.split(','),
    });
  }
  return { users, warnings };
}
