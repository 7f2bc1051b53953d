import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { RequestHeaderOptions } from '../../src/authentication/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { type Made, makeAuthority, makeCertificate } from '../helpers/certificates.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { onTheWire, type Wire } from './kit.ts';

interface Setting extends Wire {
  readonly users: Made;
  readonly proxies: Made;
  readonly proxy: Made;
}

const usual = {
  usernameHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraHeadersPrefix: ['X-Remote-Extra-'],
};

async function files(t: TestContext) {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const [users, proxies] = [await makeAuthority('users'), await makeAuthority('proxies')];
  const paths = { users: join(directory.path, 'users.crt'), proxies: join(directory.path, 'proxies.crt') };
  await writeFile(paths.users, users.cert);
  await writeFile(paths.proxies, proxies.cert);
  return { users, proxies, paths };
}

/** A server behind a proxy with the name `front`. */
async function setting(t: TestContext, more: Partial<RequestHeaderOptions> = {}): Promise<Setting> {
  const { users, proxies, paths } = await files(t);
  const requestHeader = { clientCaFile: paths.proxies, allowedNames: ['front'], ...usual, ...more };
  const wire = await onTheWire(t, { authentication: { clientCaFile: paths.users, requestHeader } });
  const proxy = await makeCertificate({ commonName: 'front' }, proxies);
  return { ...wire, users, proxies, proxy };
}

describe('a front proxy', { timeout: 60_000 }, () => {
  it('says who is asking', async (t) => {
    const { ask, proxy } = await setting(t);
    const headers = {
      'X-Remote-User': 'jane',
      'X-Remote-Uid': '42',
      'X-Remote-Group': ['blue', 'dev, ops'],
      'X-Remote-Extra-Acme.com%2Fscope': ['a', 'b'],
      'X-Remote-Extra-__proto__': 'c',
    };
    const { user } = await ask({ identity: proxy.identity, headers });
    assert.deepEqual(user.extra['acme.com/scope'], ['a', 'b']);
    assert.deepEqual(Object.getOwnPropertyDescriptor(user.extra, '__proto__')?.value, ['c']);
    assert.deepEqual(
      { ...user, extra: undefined },
      { username: 'jane', uid: '42', groups: ['blue', 'dev, ops', 'system:authenticated'], extra: undefined },
    );
  });

  it('must have a certificate of its authorities, and one of the names', async (t) => {
    const { ask, users, proxies, proxy } = await setting(t);
    const headers = { 'x-remote-user': 'jane', 'x-remote-group': 'system:masters' };
    assert.equal((await ask({ identity: proxy.identity, headers })).user.username, 'jane');
    // Nobody, a stranger, another certificate of the same authority, and a user, who stays who it is.
    assert.equal((await ask({ headers })).status, 403);
    const stranger = await makeCertificate({ commonName: 'front' }, await makeAuthority('proxies'));
    assert.equal((await ask({ identity: stranger.identity, headers })).status, 401);
    const other = await makeCertificate({ commonName: 'back' }, proxies);
    assert.equal((await ask({ identity: other.identity, headers })).status, 401);
    const user = await makeCertificate({ commonName: 'front' }, users);
    const { user: seen } = await ask({ identity: user.identity, headers });
    assert.deepEqual([seen.username, seen.groups], ['front', ['system:authenticated']]);
  });

  it('that says nothing is no user', async (t) => {
    const { ask, proxy } = await setting(t);
    assert.equal(
      (await ask({ identity: proxy.identity, headers: { 'x-remote-group': 'blue' } })).status,
      401,
    );
    assert.equal((await ask({ identity: proxy.identity, headers: { 'x-remote-user': '' } })).status, 401);
  });

  it('may have any name when none is asked for', async (t) => {
    const { ask, proxies } = await setting(t, { allowedNames: [] });
    const any = await makeCertificate({ commonName: 'any' }, proxies);
    const { user } = await ask({ identity: any.identity, headers: { 'x-remote-user': 'jane' } });
    assert.equal(user.username, 'jane');
  });

  it('that names two users means the first one', async (t) => {
    const { ask, proxy } = await setting(t);
    const { user } = await ask({ identity: proxy.identity, headers: { 'x-remote-user': ['jane', 'root'] } });
    assert.equal(user.username, 'jane');
  });

  it('writes names in UTF-8', async (t) => {
    const { ask, proxy } = await setting(t);
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    const headers = { 'x-remote-user': bytes('jürgen'), 'x-remote-group': bytes('käfer') };
    const { user } = await ask({ identity: proxy.identity, headers });
    assert.deepEqual(user, { username: 'jürgen', groups: ['käfer', 'system:authenticated'] });
  });

  it('speaks for users who may impersonate others', async (t) => {
    const { ask, proxy } = await setting(t);
    const headers = {
      'x-remote-user': 'root',
      'x-remote-group': 'system:masters',
      'impersonate-user': 'jane',
    };
    assert.equal((await ask({ identity: proxy.identity, headers })).user.username, 'jane');
  });

  it('is published for aggregated API servers', async (t) => {
    const { cluster, proxies, users } = await setting(t);
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
    const { data } = (await (await cluster.fetch(`https://x${path}`)).json()) as {
      data: Record<string, string>;
    };
    assert.ok(data['client-ca-file']?.startsWith(users.cert));
    assert.deepEqual(data, {
      'client-ca-file': data['client-ca-file'],
      'requestheader-client-ca-file': proxies.cert,
      'requestheader-allowed-names': '["front"]',
      'requestheader-username-headers': '["X-Remote-User"]',
      'requestheader-uid-headers': '["X-Remote-Uid"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    });
  });
});

describe('options of a front proxy that make no sense', () => {
  const refusals: readonly [what: string, given: Partial<RequestHeaderOptions>, message: RegExp][] = [
    ['an empty header', { usernameHeaders: [' '] }, /empty value in "requestheader-username-headers"/],
    ['an empty name', { allowedNames: [''] }, /empty value in "requestheader-allowed-names"/],
    ['another uid header', { uidHeaders: ['X-Id'] }, /without specifying the standard X-Remote-Uid header/],
    ['no such file', { clientCaFile: '/no/ca.crt' }, /^\/no\/ca.crt: there is no such file$/],
  ];
  for (const [what, given, message] of refusals) {
    it(`${what}`, async () => {
      const requestHeader = { clientCaFile: '', allowedNames: [], ...usual, ...given };
      await assert.rejects(createCluster({ authentication: { requestHeader } }), { message });
    });
  }

  it('authorities of users that are those of proxies, without names', async (t) => {
    const { paths } = await files(t);
    const authentication = {
      clientCaFile: paths.users,
      requestHeader: { clientCaFile: paths.users, allowedNames: [], ...usual },
    };
    await assert.rejects(createCluster({ authentication }), { message: /contain overlapping certificates/ });
  });
});
