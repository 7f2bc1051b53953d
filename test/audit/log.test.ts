import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { openRotatingFile } from '../../src/audit/log/rotating-file.ts';
import { defaultAudit } from '../../src/audit/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectFailure } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const metadata = { rules: [{ level: 'Metadata' as const }] };
const dayMs = 24 * 60 * 60 * 1000;

describe('an audit log', () => {
  it('is one line of JSON for each event, and complete when the server has stopped', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'deep', 'audit.log');
    const cluster = await createCluster({ audit: { policy: metadata, log: { ...defaultAudit.log, path } } });
    const api = apiOver(cluster.fetch);
    await Promise.all(Array.from({ length: 50 }, () => api.get('/version')));
    await cluster.close();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line));
    assert.equal(events.filter(({ stage }) => stage === 'ResponseComplete').length, 50);
    assert.equal(events.filter(({ stage }) => stage === 'RequestReceived').length, 50);
  });

  it('has a short form', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'audit.log');
    const cluster = await createCluster({
      clock: virtualClock(),
      audit: { policy: metadata, log: { ...defaultAudit.log, path, format: 'legacy' } },
    });
    await apiOver(cluster.fetch).get('/api/v1/namespaces/a/pods', { 'audit-id': 'x', 'user-agent': 'u' });
    await cluster.close();
    const [first, second] = (await readFile(path, 'utf8')).split('\n');
    const common =
      'ip="<unknown>" method="list" user="binnacle-admin" groups=""system:masters","system:authenticated"" as="<self>" asgroups="<lookup>" user-agent="u" namespace="a" uri="/api/v1/namespaces/a/pods"';
    assert.equal(
      first!.replaceAll('\\"', '"'),
      `2026-01-01T00:00:00.000000Z AUDIT: id="x" stage="RequestReceived" ${common} response="<deferred>"`,
    );
    assert.equal(
      second!.replaceAll('\\"', '"'),
      `2026-01-01T00:00:00.000000Z AUDIT: id="x" stage="ResponseComplete" ${common} response="200"`,
    );
  });

  it('that cannot be written fails requests in blocking-strict mode, and is counted in the others', async () => {
    await using directory = await temporaryDirectory();
    for (const mode of ['blocking-strict', 'blocking', 'batch'] as const) {
      // A file that takes opening and refuses writing.
      const log = { ...defaultAudit.log, path: '/dev/full', mode, maxSizeMegabytes: 0 };
      const cluster = await createCluster({ audit: { policy: metadata, log } });
      const api = apiOver(cluster.fetch);
      const answer = await api.get('/version');
      if (mode === 'blocking-strict') {
        const { message } = expectFailure(answer, 500, 'InternalError');
        assert.equal(message, 'Internal error occurred: failed to store audit event');
      } else {
        assert.equal(answer.status, 200);
        const counted = /^apiserver_audit_error_total\{plugin="log"\} [1-9]/m;
        while (!counted.test((await api.get('/metrics')).text));
      }
      await cluster.close();
    }
    await mkdir(join(directory.path, 'is-a-directory'));
    const log = { ...defaultAudit.log, path: join(directory.path, 'is-a-directory') };
    await assert.rejects(createCluster({ audit: { policy: metadata, log } }), { code: 'EISDIR' });
  });
});

describe('a rotating file', () => {
  const open = (path: string, more: object = {}) => {
    const clock = virtualClock();
    const options = {
      path,
      maxBytes: 10,
      maxBackups: 2,
      maxAgeDays: 30,
      compress: false,
      clock,
      log: silentLog,
    };
    return openRotatingFile({ ...options, ...more }).then((file) => ({ file, clock }));
  };

  it('begins anew before it grows too large, and keeps so many old ones', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'audit.log');
    const { file, clock } = await open(path);
    for (const line of ['one-two\n', 'three\n', 'four\n', 'five-six\n', 'much-too-long-for-it\n']) {
      await file.append(line);
      clock.advance(1_000);
    }
    await file.close();
    assert.deepEqual((await readdir(directory.path)).sort(), [
      'audit-2026-01-01T00-00-03.000.log',
      'audit-2026-01-01T00-00-04.000.log',
      'audit.log',
    ]);
    assert.equal(await readFile(path, 'utf8'), 'much-too-long-for-it\n');
    assert.equal(await readFile(join(directory.path, 'audit-2026-01-01T00-00-03.000.log'), 'utf8'), 'four\n');
  });

  it('removes what is too old, and compresses the rest', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'audit.log');
    const { file, clock } = await open(path, { maxBackups: 10, compress: true });
    await file.append('one-two\n');
    await file.append('three\n');
    clock.advance(31 * dayMs);
    await file.append('four-five\n');
    await file.close();
    assert.deepEqual((await readdir(directory.path)).sort(), [
      'audit-2026-02-01T00-00-00.000.log.gz',
      'audit.log',
    ]);
    const packed = await readFile(join(directory.path, 'audit-2026-02-01T00-00-00.000.log.gz'));
    assert.equal(gunzipSync(packed).toString(), 'three\n');
  });

  it('goes on with what is there', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'audit.log');
    for (const line of ['a\n', 'b\n']) {
      const { file } = await open(path);
      await file.append(line);
      await file.close();
    }
    assert.equal(await readFile(path, 'utf8'), 'a\nb\n');
  });
});
