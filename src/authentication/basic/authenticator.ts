import { createHmac } from 'node:crypto';
import type { Log } from '../../apimachinery/log.ts';
import type { Random } from '../../apimachinery/random.ts';
import type { Reloads } from '../../configuration/reloads.ts';
import type { AuthenticationResult, Authenticator } from '../types.ts';
import { presentedPassword } from './credentials.ts';
import { type KnownUser, parsePasswordFile } from './password-file.ts';
import { createTurns } from './turns.ts';

/** What a 401 asks for (RFC 7617), with upstream's realm. */
export const basicChallenge = 'Basic realm="kubernetes-master"';

/** Longest password that is looked at, characters. */
const maxPasswordChars = 1_024;
/** Passwords that were right and are remembered; the oldest ones are forgotten first. */
const maxRightPasswords = 1_000;
const keyBytes = 32;

const wrong: AuthenticationResult = { invalid: 'invalid username/password combination' };

interface Tools {
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
}

/** User names and passwords of a file, which is read again when it changes. Throws a ConfigError. */
export async function basic(path: string, { random, log, reloads }: Tools): Promise<Authenticator> {
  let users: ReadonlyMap<string, KnownUser> = new Map();
  /** Digests, with a key that nobody else has: hashing is slow on purpose, and clients show passwords with every request. */
  let right = new Set<string>();
  const key = random.bytes(keyBytes);
  const turns = createTurns();
  await reloads.follow(
    'basic-auth-file',
    path,
    (text) => parsePasswordFile(path, text),
    (next) => {
      users = next;
      right = new Set();
      const plain = [...next.values()].filter(({ password }) => !password.isHashed).length;
      if (plain > 0)
        log.warn('passwords are stored as plain text; binnacle hash-password makes better ones', {
          path,
          plain,
        });
    },
  );

  const compare = async (username: string, password: string): Promise<boolean> => {
    const known = users.get(username);
    // A name that nobody has takes as long as one that somebody has.
    const stored = known?.password ?? [...users.values()].find((one) => one.password.isHashed)?.password;
    const matches = async () => (await stored?.matches(password)) === true;
    const isRight = await (stored?.isHashed ? turns(matches) : matches());
    return isRight && known !== undefined;
  };
  /** By digest, so that a client that asks many things at once has its password hashed once. */
  const comparing = new Map<string, Promise<boolean>>();
  const compareOnce = (id: string, username: string, password: string): Promise<boolean> => {
    const underWay = comparing.get(id) ?? compare(username, password).finally(() => comparing.delete(id));
    comparing.set(id, underWay);
    return underWay;
  };
  const check = async (username: string, password: string): Promise<AuthenticationResult> => {
    const known = users.get(username);
    const seen = right;
    const id = createHmac('sha256', key)
      .update(JSON.stringify([username, password]))
      .digest('base64url');
    if (known && seen.has(id)) return { user: known.user };
    if (!(await compareOnce(id, username, password)) || !known || seen !== right) return wrong;
    seen.add(id);
    if (seen.size > maxRightPasswords) seen.delete(seen.values().next().value!);
    return { user: known.user };
  };
  return {
    authenticate(credentials) {
      const shown = presentedPassword(credentials);
      if (!shown || 'invalid' in shown) return shown;
      if (shown.password.length > maxPasswordChars) return wrong;
      return check(shown.username, shown.password);
    },
  };
}
