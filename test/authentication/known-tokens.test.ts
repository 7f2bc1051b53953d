import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { silentLog, textLog } from '../../src/apimachinery/log.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import { bench, review, whoAmI } from './token-kit.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a token file', () => {
  it('says whose its tokens are, and warns about what looks wrong', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'tokens.csv');
    await writeFile(file, 'tic,anna,7,"team:a,team:b"\n\ntac,bert,\n,nobody,9\ntac,carla,8\r\n');
    const lines: string[] = [];
    const log = textLog(
      { now: () => 0, monotonicMs: () => 0, setTimer: () => ({ cancel() {} }) },
      'debug',
      (line) => lines.push(line),
    );
    await using use = await bench({ tokenFile: file }, {}, log);
    const anna = expectCode(await whoAmI(use.api, 'tic'), 201).status.userInfo;
    assert.deepEqual(anna, {
      username: 'anna',
      uid: '7',
      groups: ['team:a', 'team:b', 'system:authenticated'],
    });
    const carla = expectCode(await whoAmI(use.api, 'tac'), 201).status.userInfo;
    assert.deepEqual(carla, { username: 'carla', uid: '8', groups: ['system:authenticated'] });
    assert.equal((await review(use.api, 'tic \n')).user.username, 'anna');
    for (const token of ['toe', '"tic"', '__proto__']) {
      expectFailure(await whoAmI(use.api, token), 401, 'Unauthorized');
    }
    assert.deepEqual(
      lines
        .filter((line) => line.includes('warn'))
        .map((line) => /warn +(.*? token) in.* line=(\d)/.exec(line)?.slice(1)),
      [
        ['empty token', '4'],
        ['duplicate token', '5'],
      ],
    );
    assert.doesNotMatch(lines.join(''), /tic|tac/);
  });

  const broken: [what: string, text: string, message: RegExp][] = [
    ['too few columns', 'a,b,c\nx,y\n', /tokens\.csv:2: must have at least 3 columns .* found 2$/],
    ['an open quote', 'a,b,c\nx,y,1,"g\n', /tokens\.csv:2: a quoted field does not end$/],
    ['a quote in the middle', 'geheim"x,y,1\n', /tokens\.csv:1: a quote in a field that is not quoted$/],
  ];
  for (const [what, text, message] of broken) {
    it(`with ${what} keeps the server from starting`, async () => {
      await using directory = await temporaryDirectory();
      const file = join(directory.path, 'tokens.csv');
      await writeFile(file, text);
      await assert.rejects(bench({ tokenFile: file }), { name: 'ConfigError', message });
    });
  }

  it('is read again when it changes', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'tokens.csv');
    await writeFile(file, 'tic,anna,7\n');
    const said: string[] = [];
    await using server = await createCluster({
      authentication: { tokenFile: file },
      log: { ...silentLog, info: (message) => said.push(message) },
    });
    const api = apiOver(server.fetch);
    expectCode(await whoAmI(api, 'tic'), 201);
    await writeFile(`${file}.new`, 'tac,anna,7\n');
    await rename(`${file}.new`, file);
    await until(() => said.includes('configuration reloaded'));
    expectCode(await whoAmI(api, 'tac'), 201);
    expectFailure(await whoAmI(api, 'tic'), 401, 'Unauthorized');
  });
});

describe('a bootstrap token', () => {
  const good = {
    'token-id': '07401b',
    'token-secret': 'f395accd246ae52d',
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': 'system:bootstrappers:workers,system:bootstrappers:a',
  };
  const token = `${good['token-id']}.${good['token-secret']}`;
  const secret = (data: Record<string, string>, type = 'bootstrap.kubernetes.io/token'): Loose => ({
    metadata: { name: 'bootstrap-token-07401b' },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
  });
  const path = '/api/v1/namespaces/kube-system/secrets';

  it('is good as long as its Secret says so', async () => {
    await using use = await bench({ bootstrapTokens: true });
    expectFailure(await whoAmI(use.api, token), 401, 'Unauthorized');
    const expiration = '2026-01-01T01:00:00Z';
    expectCode(await use.api.post(path, secret({ ...good, expiration })), 201);
    const { userInfo } = expectCode(await whoAmI(use.api, token), 201).status;
    assert.deepEqual(userInfo, {
      username: 'system:bootstrap:07401b',
      groups: [
        'system:bootstrappers',
        'system:bootstrappers:a',
        'system:bootstrappers:workers',
        'system:authenticated',
      ],
    });
    expectFailure(await whoAmI(use.api, `${good['token-id']}.f395accd246ae52e`), 401, 'Unauthorized');
    use.clock.advance(60 * 60 * 1000);
    expectFailure(await whoAmI(use.api, token), 401, 'Unauthorized');
  });

  const bad: [what: string, data: object, type?: string][] = [
    ['another usage', { 'usage-bootstrap-authentication': 'yes' }],
    ['another id', { 'token-id': '07401c' }],
    ['a group that is not for it', { 'auth-extra-groups': 'system:masters' }],
    ['a time that is none', { expiration: 'tomorrow' }],
    ['another type', {}, 'Opaque'],
  ];
  it('with something wrong in its Secret is unknown', async () => {
    await using use = await bench({ bootstrapTokens: true });
    for (const [what, data, type] of bad) {
      expectCode(await use.api.post(path, secret({ ...good, ...data }, type)), 201);
      assert.equal((await whoAmI(use.api, token)).status, 401, what);
      expectCode(await use.api.delete(`${path}/bootstrap-token-07401b`), 200);
    }
  });

  it('is unknown unless they are switched on', async () => {
    await using use = await bench();
    expectCode(await use.api.post(path, secret(good)), 201);
    expectFailure(await whoAmI(use.api, token), 401, 'Unauthorized');
  });
});

describe('a token in a parameter', () => {
  it('counts only when that is switched on', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'tokens.csv');
    await writeFile(file, 'tic,anna,7\n');
    for (const queryCredentials of [true, false]) {
      await using use = await bench({ tokenFile: file, queryCredentials });
      await using listener = await listening(use.cluster);
      const answer = await listener.get('/apis?access_token=tic');
      assert.equal(answer, queryCredentials ? 200 : 403);
      assert.equal(await listener.get('/apis?access_token=toe'), queryCredentials ? 401 : 403);
    }
  });
});

/** A token says for whom it is good. */
it('a token file is for the API server alone', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'tokens.csv');
  await writeFile(file, 'tic,anna,7\n');
  await using use = await bench({ tokenFile: file, apiAudiences: ['api', 'api2'] });
  assert.deepEqual((await review(use.api, 'tic')).audiences, ['api', 'api2']);
  assert.deepEqual((await review(use.api, 'tic', ['api2', 'x'])).audiences, ['api2']);
  assert.deepEqual(await review(use.api, 'tic', ['x']), { error: 'invalid bearer token', user: {} });
});

/** Over a socket: nobody vouches for the sender there. */
async function listening(cluster: Awaited<ReturnType<typeof bench>>['cluster']) {
  const { request } = await import('node:https');
  const listener = await cluster.listen();
  return {
    get: (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        request(`${listener.url}${path}`, { rejectUnauthorized: false, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      }),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}
