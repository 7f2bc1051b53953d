import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { anonymous } from '../../src/authentication/anonymous/authenticator.ts';
import { authenticatedGroup } from '../../src/authentication/authenticated-group.ts';
import { audienceAgnostic } from '../../src/authentication/bearer/audience-agnostic.ts';
import { bearer } from '../../src/authentication/bearer/authenticator.ts';
import type { Credentials, TokenAuthenticator } from '../../src/authentication/types.ts';
import { unionAuthenticator } from '../../src/authentication/union.ts';
import { x509 } from '../../src/authentication/x509/authenticator.ts';

const nothing: Credentials = {
  headers: {},
  headerValues: () => [],
  path: '/',
  certificates: [],
  transportUser: undefined,
  tokens: [],
  parameters: undefined,
  audiences: ['api'],
};
const token = (text: string): Credentials => ({ ...nothing, tokens: [{ token: text }] });

/** Any certificate: this union finds them all expired. */
const certificates = [{} as X509Certificate];

/** Knows the tokens of one table. */
const table = (
  users: Readonly<Record<string, string>>,
  refused: readonly string[] = [],
): TokenAuthenticator => ({
  authenticate: async (text) => {
    if (refused.includes(text)) return { invalid: `refused by ${Object.keys(users)}` };
    return Object.hasOwn(users, text) ? { user: { name: users[text]!, groups: [] } } : undefined;
  },
});

const union = authenticatedGroup(
  unionAuthenticator(
    [
      x509(() => ({ problem: 'certificate has expired' })),
      bearer([table({ a: 'anna' }, ['z']), table({ b: 'bert', z: 'zoe' })]),
    ],
    anonymous(),
  ),
);

describe('union', () => {
  const anna = { user: { name: 'anna', groups: ['system:authenticated'] } };
  it('the one that knows the token decides', async () => {
    assert.deepEqual(await union.authenticate(token('a')), anna);
    assert.deepEqual(await union.authenticate(token('b')), {
      user: { name: 'bert', groups: ['system:authenticated'] },
    });
  });
  it('a refusal does not keep the next one from being asked', async () => {
    assert.deepEqual(await union.authenticate(token('z')), {
      user: { name: 'zoe', groups: ['system:authenticated'] },
    });
    assert.deepEqual(await union.authenticate({ ...token('a'), certificates }), anna);
  });
  it('who shows nothing is anonymous; who shows something wrong is nobody', async () => {
    assert.deepEqual(await union.authenticate(nothing), {
      user: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
    });
    assert.deepEqual(await union.authenticate(token('c')), { invalid: 'invalid bearer token' });
    assert.deepEqual(await union.authenticate({ ...token('c'), certificates }), {
      invalid: '[x509: certificate has expired, invalid bearer token]',
    });
  });
  it('every token that a request brings is tried', async () => {
    assert.deepEqual(
      await union.authenticate({ ...nothing, tokens: [{ invalid: 'x' }, { token: 'c' }, { token: 'a' }] }),
      anna,
    );
  });
});

describe('audiences', () => {
  const agnostic = bearer([audienceAgnostic(['api', 'other'], table({ a: 'anna' }))]);
  it('of a token that has none are those of the server', async () => {
    const result = await agnostic.authenticate(token('a'));
    assert.deepEqual(result, { user: { name: 'anna', groups: [] }, audiences: ['api'] });
  });
  it('that the server does not have make such a token unknown', async () => {
    assert.deepEqual(await agnostic.authenticate({ ...token('a'), audiences: ['vault'] }), {
      invalid: 'invalid bearer token',
    });
  });
  it('that were not asked for make a token invalid', async () => {
    const forVault: TokenAuthenticator = {
      authenticate: () => ({ user: { name: 'anna', groups: [] }, audiences: ['vault'] }),
    };
    assert.deepEqual(await bearer([forVault]).authenticate(token('a')), { invalid: 'invalid bearer token' });
  });
});
