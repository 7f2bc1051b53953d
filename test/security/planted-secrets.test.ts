import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { textLog } from '../../src/apimachinery/log.ts';
import { defaultAuthentication } from '../../src/authentication/options.ts';
import { type Answer, type Asked, onTheWire } from '../authentication/kit.ts';
import { startIssuer } from '../authentication/oidc-issuer.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

/** In every secret that is planted below; nowhere else. */
const mark = 'PLANTED';
const secret = (name: string) => `${mark}-${name}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
/** Any part of a secret, in the clear or in base64 at each of its three phases. */
const traces = [mark, ...['', 'x', 'xx'].map((before) => base64(before + mark).slice(before.length * 2, -2))];

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

it('credentials, right or wrong, are nowhere but in the request that brought them', {
  timeout: 60_000,
}, async (t) => {
  const directory = await temporaryDirectory();
  t.after(() => directory.remove());
  const [passwords, tokens, ca] = ['passwords', 'tokens', 'ca'].map((name) => join(directory.path, name)) as [
    string,
    string,
    string,
  ];
  const issuer = await startIssuer(t);
  await writeFile(passwords, `${secret('right')},jane,1\n`);
  await writeFile(tokens, `${secret('token')},joe,2\n`);
  await writeFile(ca, issuer.ca);
  const output: string[] = [];
  const note = (text: string) => void output.push(text);
  const { oidc } = defaultAuthentication;
  const { ask, cluster } = await onTheWire(t, {
    log: textLog(realClock, 'debug', note),
    audit: { policy: { rules: [{ level: 'RequestResponse' }] }, onEvent: note },
    authentication: {
      basicAuthFile: passwords,
      tokenFile: tokens,
      queryCredentials: true,
      oidc: { ...oidc, issuerUrl: issuer.url, clientId: 'binnacle', caFile: ca, groupsClaim: 'groups' },
    },
  });

  const header = (authorization: string): Asked => ({ headers: { authorization } });
  const parameters = (query: string): Asked => ({ path: `/version?${query}` });
  const distributed = {
    sub: 'jane',
    _claim_names: { groups: 'src' },
    _claim_sources: { src: { endpoint: `${issuer.url}/groups`, access_token: secret('access') } },
  };
  const requests: readonly [asked: Asked, code: number][] = [
    [header(`Basic ${base64(`jane:${secret('right')}`)}`), 201],
    [header(`Basic ${base64(`jane:${secret('wrong')}`)}`), 401],
    [header(`Basic ${base64(secret('name'))}`), 401],
    [header(`Basic ${secret('basic')}`), 401],
    [header(`Bearer ${secret('token')}`), 201],
    [header(`Bearer ${secret('other')}`), 401],
    [header(`Bearer  ${secret('spaced')}`), 403],
    [header(`Bearer ${await issuer.sign({ sub: 'jane', aud: 'x', jti: 'a' })}`), 401],
    [header(`Bearer ${await issuer.sign(distributed)}`), 401],
    [parameters(`access_token=${secret('token')}&x=1`), 200],
    [parameters(`access_token=${secret('other')}`), 401],
    [parameters(`acc%65ss_token=${secret('other')}`), 401],
    [parameters(`username=jane&password=${secret('right')}`), 200],
    [parameters(`username=jane&password=${secret('wrong')}`), 401],
    [
      {
        headers: {
          connection: 'upgrade',
          upgrade: 'websocket',
          'sec-websocket-protocol': `base64url.bearer.authorization.k8s.io.${Buffer.from(secret('socket')).toString('base64url')}, v4`,
        },
        path: whoAmI,
      },
      401,
    ],
  ];
  const heard = ({ status, headers, text }: Answer) => note(JSON.stringify([status, headers, text]));
  for (const [asked, code] of requests) {
    const answer = await ask(asked);
    heard(answer);
    assert.equal(answer.status, code, JSON.stringify(asked));
  }
  assert.ok(issuer.asked.includes('/groups'));
  for (const path of ['/metrics', '/readyz?verbose', '/debug/api_priority_and_fairness/dump_requests']) {
    note(await (await cluster.fetch(`https://x${path}`)).text());
  }
  assert.ok(output.some((text) => text.includes('"stage":"ResponseComplete"')));
  assert.ok(output.some((text) => text.includes('credentials refused')));
  const found = output.filter((text) => traces.some((trace) => text.includes(trace)));
  assert.deepEqual(found, []);
});
