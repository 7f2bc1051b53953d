import type { UserInfo } from '../../apimachinery/user.ts';
import { configError } from '../../configuration/config-error.ts';
import { parseCsv } from '../../configuration/csv.ts';
import { parseStoredPassword, type StoredPassword } from './password-hash.ts';

export interface KnownUser {
  readonly user: UserInfo;
  readonly password: StoredPassword;
}

/**
 * Reads `password,user,uid` or `password,user,uid,"group1,group2"`, one user a line, as kube-apiserver once did. Throws a
 * ConfigError that names file and line and never a password.
 */
export function parsePasswordFile(path: string, text: string): ReadonlyMap<string, KnownUser> {
  const users = new Map<string, KnownUser>();
  for (const { line, fields } of parseCsv(path, text)) {
    const wrong = (what: string) => configError(path, what, { line });
    const [password = '', name = '', uid, groups = ''] = fields;
    if (uid === undefined) {
      throw wrong(`must have at least 3 columns (password, user name, user uid), found ${fields.length}`);
    }
    if (password === '') throw wrong('the password is empty');
    if (name === '') throw wrong('the user name is empty');
    if (users.has(name)) throw wrong(`the user ${JSON.stringify(name)} is listed twice`);
    users.set(name, {
      user: {
        name,
        ...(uid === '' ? {} : { uid }),
        groups: groups === '' ? [] : groups.split(',').map((group) => group.trim()),
      },
      password: storedPassword(password, wrong),
    });
  }
  return users;
}

function storedPassword(text: string, wrong: (what: string) => Error): StoredPassword {
  try {
    return parseStoredPassword(text);
  } catch (error) {
    throw wrong(`password: ${(error as Error).message}`);
  }
}
