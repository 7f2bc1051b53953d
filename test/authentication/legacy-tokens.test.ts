import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { accounts, newAccount, partOf, review, secrets, whoAmI } from './token-kit.ts';

const type = 'kubernetes.io/service-account-token';
const named = (account: string, name = `${account}-token`) => ({
  metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
  type,
});

async function bench() {
  const clock = virtualClock();
  const cluster = await createCluster({
    clock,
    random: seededRandom(1),
    controllers: ['serviceaccount-token'],
  });
  return { api: apiOver(cluster.fetch), clock, [Symbol.asyncDispose]: cluster.close };
}

/** The first event about a Secret that this holds of. */
async function once(api: Api, name: string, holds: (event: Loose) => boolean): Promise<Loose> {
  const watch = await api.watch(`${secrets}?watch=1&fieldSelector=metadata.name=${name}`);
  for (let event = await watch.next(); event; event = await watch.next()) {
    if (!holds(event)) continue;
    await watch.close();
    return event.object;
  }
  throw new Error('the watch ended');
}

/** A Secret, once the controller has filled it. */
async function filled(api: Api, account: string): Promise<{ secret: Loose; token: string }> {
  expectCode(await api.post(secrets, named(account)), 201);
  const secret = await once(api, `${account}-token`, ({ object }) => object.data?.token);
  return { secret, token: Buffer.from(secret.data.token, 'base64').toString() };
}

describe('the token of a Secret', () => {
  it('is put there by a controller, and never expires', async () => {
    await using use = await bench();
    const account = await newAccount(use.api, 'robot');
    const { secret, token } = await filled(use.api, 'robot');
    assert.equal(secret.metadata.annotations['kubernetes.io/service-account.uid'], account.metadata.uid);
    assert.equal(Buffer.from(secret.data.namespace, 'base64').toString(), 'default');
    assert.deepEqual(partOf(token, 1), {
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': 'default',
      'kubernetes.io/serviceaccount/secret.name': 'robot-token',
      'kubernetes.io/serviceaccount/service-account.name': 'robot',
      'kubernetes.io/serviceaccount/service-account.uid': account.metadata.uid,
      sub: 'system:serviceaccount:default:robot',
    });
    use.clock.advance(10 * 365 * 24 * 60 * 60 * 1000);
    const { userInfo } = expectCode(await whoAmI(use.api, token), 201).status;
    assert.equal(userInfo.username, 'system:serviceaccount:default:robot');
    assert.equal(userInfo.uid, account.metadata.uid);
  });

  it('leaves the day of its last use on the Secret', async () => {
    await using use = await bench();
    await newAccount(use.api, 'robot');
    const { token } = await filled(use.api, 'robot');
    const label = 'kubernetes.io/legacy-token-last-used';
    for (const day of ['2026-01-01', '2026-01-02']) {
      expectCode(await whoAmI(use.api, token), 201);
      await once(use.api, 'robot-token', ({ object }) => object.metadata.labels?.[label] === day);
      use.clock.advance(24 * 60 * 60 * 1000);
    }
  });

  it('is refused once it is marked invalid, and good again without the mark', async () => {
    await using use = await bench();
    await newAccount(use.api, 'robot');
    const { token } = await filled(use.api, 'robot');
    const label = 'kubernetes.io/legacy-token-invalid-since';
    const mark = (value: string | null) =>
      use.api.patch(`${secrets}/robot-token`, 'merge', { metadata: { labels: { [label]: value } } });
    expectCode(await mark('2026-01-01'), 200);
    expectFailure(await whoAmI(use.api, token), 401, 'Unauthorized');
    assert.equal(
      (await review(use.api, token)).error,
      `[invalid bearer token, the token in secret default/robot-token for service account default/robot has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${label}' label from the secret to temporarily allow use of this token]`,
    );
    expectCode(await mark(null), 200);
    expectCode(await whoAmI(use.api, token), 201);
  });

  it('warns when the Secret was made for the account by an older server', async () => {
    await using use = await bench();
    await newAccount(use.api, 'robot');
    const { token } = await filled(use.api, 'robot');
    const own = { secrets: [{ name: 'robot-token' }] };
    expectCode(await use.api.patch(`${accounts}/robot`, 'merge', own), 200);
    const answer = await whoAmI(use.api, token);
    assert.match(answer.headers.get('warning') ?? '', /Use tokens from the TokenRequest API/);
  });

  it('ends with its Secret, and the Secret with its account', async () => {
    await using use = await bench();
    await newAccount(use.api, 'robot');
    const { token } = await filled(use.api, 'robot');
    expectCode(await use.api.delete(`${secrets}/robot-token`), 200);
    assert.equal((await review(use.api, token)).error, '[invalid bearer token, Token has been invalidated]');
    const next = await filled(use.api, 'robot');
    assert.equal(
      (await review(use.api, token)).error,
      "[invalid bearer token, Token does not match server's copy]",
    );
    expectCode(await use.api.delete(`${accounts}/robot`), 200);
    expectFailure(await whoAmI(use.api, next.token), 401, 'Unauthorized');
  });

  it('for an account that is not there is taken away', async () => {
    await using use = await bench();
    const watch = await use.api.watch(`${secrets}?watch=1`);
    expectCode(await use.api.post(secrets, named('nobody')), 201);
    const [added, deleted] = await watch.take(2);
    assert.deepEqual([added!.type, deleted!.type], ['ADDED', 'DELETED']);
    await watch.close();
  });
});
