import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver } from '../helpers/api.ts';

const origin = 'https://console.example.test';

async function withOrigins(
  patterns: readonly string[],
  use: (api: ReturnType<typeof apiOver>) => Promise<void>,
) {
  await using cluster = await createCluster({ corsAllowedOrigins: patterns });
  await use(apiOver(cluster.fetch));
}

describe('pages of other origins', () => {
  it('may use the API when their origin is allowed, and are told so', async () => {
    await withOrigins(['//console\\.example\\.test(:|$)'], async (api) => {
      for (const from of [origin, `${origin}:8443`, 'http://console.example.test']) {
        const { status, headers } = await api.get('/version', { origin: from });
        assert.equal(status, 200);
        assert.equal(headers.get('access-control-allow-origin'), from);
        assert.equal(headers.get('access-control-allow-credentials'), 'true');
        assert.equal(headers.get('access-control-allow-methods'), 'POST, GET, OPTIONS, PUT, DELETE, PATCH');
        assert.equal(headers.get('access-control-expose-headers'), 'Date');
      }
    });
  });

  it('are asked for beforehand by browsers that show no credentials', async () => {
    await withOrigins(['^https://console\\.example\\.test$'], async (api) => {
      const preflight = { origin, 'access-control-request-method': 'PUT', authorization: 'Bearer nobody' };
      const { status, headers, text } = await api.request('OPTIONS', '/api/v1/pods', { headers: preflight });
      assert.equal(status, 204);
      assert.equal(text, '');
      assert.equal(headers.get('access-control-allow-origin'), origin);
      assert.equal(
        headers.get('access-control-allow-headers'),
        'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, If-Modified-Since',
      );
    });
  });

  it('that only contain an allowed origin are not let in (CVE-2022-1996)', async () => {
    await withOrigins(['^https://console\\.example\\.test(:|$)'], async (api) => {
      for (const from of [
        `${origin}.attacker.test`,
        'https://attacker.test/?https://console.example.test',
        'https://consoleXexample.test',
        `${origin}${'x'.repeat(2_000)}`,
        'null',
      ]) {
        const { headers } = await api.get('/version', { origin: from });
        assert.equal(headers.get('access-control-allow-origin'), null, from);
      }
    });
    for (const [pattern, why] of [
      ['console\\.example\\.test', /does not pin to start\/end of host/],
      ['console\\.example\\.test$', /does not pin to start\/end of host/],
      ['^https://(', /invalid regular expression/],
      ['', /empty value in --cors-allowed-origins/],
    ] as const) {
      await assert.rejects(createCluster({ corsAllowedOrigins: [pattern] }), why);
    }
  });

  it('are nothing special by default', async () => {
    await withOrigins([], async (api) => {
      const { headers } = await api.get('/version', { origin });
      assert.equal(headers.get('access-control-allow-origin'), null);
      const { status } = await api.request('OPTIONS', '/api/v1/pods', { headers: { origin } });
      assert.notEqual(status, 204);
    });
  });
});
