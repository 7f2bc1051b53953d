import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { type LogLevel, textLog } from '../../src/apimachinery/log.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';
import { hashPassword } from '../../src/authentication/basic/password-hash.ts';
import { createTurns } from '../../src/authentication/basic/turns.ts';
import type { AuthenticationOptions } from '../../src/authentication/options.ts';
import { ConfigError } from '../../src/configuration/config-error.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { onTheWire, type Wire } from './kit.ts';

const cheap = (password: string): string => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 });
  return `scrypt$16$8$1$${salt.toString('base64')}$${hash.toString('base64')}`;
};

/** "password", from the tests of the reference implementation of argon2. */
const argon2 = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

interface Setting extends Wire {
  readonly path: string;
  readonly lines: string[];
  /** Asks with a user name and a password in the header. */
  as(username: string, password: string): ReturnType<Wire['ask']>;
}

const basicHeader = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

async function file(t: TestContext, text: string): Promise<string> {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const path = join(directory.path, 'passwords.csv');
  await writeFile(path, text);
  return path;
}

async function setting(
  t: TestContext,
  text: string,
  more: Partial<AuthenticationOptions> = {},
  level: LogLevel = 'debug',
): Promise<Setting> {
  const path = await file(t, text);
  const lines: string[] = [];
  const log = textLog(realClock, level, (line) => lines.push(line));
  const wire = await onTheWire(t, { log, authentication: { basicAuthFile: path, ...more } });
  const as = (username: string, password: string) =>
    wire.ask({ headers: basicHeader(`${username}:${password}`) });
  return { ...wire, path, lines, as };
}

describe('a user name and a password', { timeout: 60_000 }, () => {
  it('name a user of the file', async (t) => {
    const { as } = await setting(t, `${cheap('a:b')},jane,42,"blue,dev"\nsecret,"joe, the plumber",\n`);
    assert.deepEqual((await as('jane', 'a:b')).user, {
      username: 'jane',
      uid: '42',
      groups: ['blue', 'dev', 'system:authenticated'],
    });
    assert.deepEqual((await as('joe, the plumber', 'secret')).user, {
      username: 'joe, the plumber',
      groups: ['system:authenticated'],
    });
  });

  it('may be hashed as the command does it', async (t) => {
    const { as } = await setting(t, `${await hashPassword('pässword', cryptoRandom)},jane,42\n`);
    assert.equal((await as('jane', 'pässword')).user.username, 'jane');
    assert.equal((await as('jane', 'password')).status, 401);
  });

  it('may be hashed with argon2id', async (t) => {
    const { as } = await setting(t, `"${argon2}",jane,42\n`);
    assert.equal((await as('jane', 'password')).user.username, 'jane');
    assert.equal((await as('jane', 'passwort')).status, 401);
  });

  it('that are wrong, or none, are a 401 that asks for others', async (t) => {
    const { as, ask } = await setting(t, `${cheap('right')},jane,42\nplain,joe,43\n`);
    assert.equal((await as('jane', 'right')).status, 201);
    const wrong = [
      await as('jane', 'wrong'),
      await as('jane', ''),
      await as('jane', 'right '),
      await as('Jane', 'right'),
      await as('nobody', 'right'),
      await as('', 'right'),
      await as('joe', 'right'),
      await as('__proto__', 'right'),
      await as('jane', 'x'.repeat(2_000)),
      await as('jane', cheap('right')),
    ];
    const malformed = [
      'Basic',
      'Basic ',
      'Basic %',
      'Basic amFuZQ==',
      'Basic amFuZTpy aWdodA==',
      'basic /w==',
    ];
    for (const authorization of malformed) wrong.push(await ask({ headers: { authorization } }));
    for (const [i, { status, headers, text }] of wrong.entries()) {
      assert.equal(status, 401, String(i));
      assert.equal(headers['www-authenticate'], 'Basic realm="kubernetes-master"');
      assert.equal(JSON.parse(text).message, 'Unauthorized');
    }
    assert.equal((await ask({ path: '/version' })).headers['www-authenticate'], undefined);
  });

  it('are nothing where no file is named', async (t) => {
    const { ask } = await onTheWire(t, {});
    const { status, headers } = await ask({ headers: basicHeader('jane:right') });
    assert.deepEqual([status, headers['www-authenticate']], [403, undefined]);
  });

  it('may be request parameters when these may be credentials, and are never written down', async (t) => {
    const text = 'sesame-plain,jane,42\n';
    const path = '/apis/authentication.k8s.io/v1?username=jane&password=sesame-plain&x=1';
    const without = await setting(t, text, { anonymous: false });
    assert.equal((await without.ask({ path })).status, 401);
    const use = await setting(t, text, { queryCredentials: true, anonymous: false });
    assert.equal((await use.ask({ path })).status, 200);
    assert.equal((await use.ask({ path: path.replace('plain', 'wrong') })).status, 401);
    assert.equal((await use.ask({ path: path.replace('password', 'p%61ssword') })).status, 200);
    assert.equal((await use.ask({ path, headers: basicHeader('jane:other') })).status, 401);
    const warnings = use.lines.filter((line) => line.includes(' warn '));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /warn {2}passwords are stored as plain text.* plain=1$/m);
    assert.doesNotMatch(use.lines.join(''), /sesame/);
  });

  it('are hashed once for all requests that show them', async (t) => {
    const { as } = await setting(t, `${await hashPassword('right', cryptoRandom)},jane,42\n`);
    const all = await Promise.all(Array.from({ length: 30 }, () => as('jane', 'right')));
    assert.ok(all.every(({ status }) => status === 201));
  });

  it('are read again when they change', async (t) => {
    const { as, path } = await setting(t, 'old,jane,42\n');
    assert.equal((await as('jane', 'old')).status, 201);
    await writeFile(path, 'new,jane,42\n');
    while ((await as('jane', 'old')).status !== 401);
    assert.equal((await as('jane', 'new')).status, 201);
  });
});

it('checks of passwords wait for their turn, and not without end', async () => {
  const turns = createTurns();
  const begun: (() => void)[] = [];
  const task = () => turns(() => new Promise<void>((resolve) => begun.push(resolve)));
  const [all, over] = [Array.from({ length: 66 }, task), task()];
  await assert.rejects(over, (error) => error instanceof ApiError && error.code === 429);
  assert.equal(begun.length, 2);
  for (const finish of begun) {
    finish();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  assert.equal(begun.length, 66);
});

describe('a file of passwords', () => {
  const refusals: readonly [text: string, message: string][] = [
    ['sesame,jane\n', '1: must have at least 3 columns (password, user name, user uid), found 2'],
    ['a,jane,1\n\nsesame,jane,2\n', '3: the user "jane" is listed twice'],
    [',jane,1\n', '1: the password is empty'],
    ['sesame,,1\n', '1: the user name is empty'],
    ['"sesame,jane,1\n', '1: a quoted field does not end'],
    ['scrypt$sesame,jane,1\n', '1: password: not of the form scrypt$N$r$p$salt$hash'],
    [`${cheap('a').replace('$16$', '$17$')},jane,1\n`, '1: password: N of scrypt must be a power of two'],
    [`${cheap('a').replace('$16$', '$1073741824$')},jane,1\n`, '1: password: not of the form'],
    [`${cheap('a').replace('$16$', '$536870912$')},jane,1\n`, '1: password: a check would need more than'],
    [`${cheap('a').replace('$1$', '$17$')},jane,1\n`, '1: password: a check would take more than 16 passes'],
    ['scrypt$16$8$1$c2FsdA==$c2VzYW1l,jane,1\n', '1: password: a hash must have 16 to 64 bytes'],
    [
      '"$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$c2VzYW1l",jane,1\n',
      '1: password: a hash must have 16 to 64 bytes',
    ],
    [
      '"$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$c2VzYW1lc2VzYW1lc2VzYW1l",jane,1\n',
      'need more than 268435456 bytes',
    ],
    ['$2b$sesame,jane,1\n', '1: password: unknown kind of password hash; scrypt and argon2id are known'],
  ];
  it('that makes no sense is refused with file and line, and without a password', async (t) => {
    const path = await file(t, '');
    for (const [text, message] of refusals) {
      await writeFile(path, text);
      await assert.rejects(createCluster({ authentication: { basicAuthFile: path } }), (error: Error) => {
        assert.ok(error instanceof ConfigError && error.message.startsWith(`${path}:`), error.message);
        assert.ok(error.message.includes(message), `${error.message}\nwithout ${message}`);
        assert.doesNotMatch(error.message, /sesame|c2VzYW1l/);
        return true;
      });
    }
  });
});
