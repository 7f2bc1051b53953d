import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { createSqliteLoader } from '../../src/kv/sqlite/loader.ts';
import { runCommand } from '../helpers/run-command.ts';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const namespace = 'default';
const bin = fileURLToPath(new URL('../../bin/binnacle.js', import.meta.url));

/** Runs `binnacle store …` as a user would. */
async function store(t: TestContext, ...argv: string[]) {
  const binnacle = runBinnacle(t, 'store', ...argv);
  const code = await binnacle.exited;
  return { code, out: binnacle.out(), err: binnacle.err() };
}

async function succeeds(t: TestContext, ...argv: string[]): Promise<string> {
  const { code, out, err } = await store(t, ...argv);
  assert.deepEqual([code, err], [0, ''], argv.join(' '));
  return out;
}

const digestIn = (text: string): string => /(sha256:[0-9a-f]{64})/.exec(text)![1]!;

/** Values that are hard to bring back from text. */
const oddities: Record<string, string> = {
  spaces: ' \n \n',
  tabs: 'a:\n\tb\n',
  lines: 'one\n---\ntwo\n...\n',
  words: 'yes',
  time: '2026-01-01T00:00:00Z',
  number: '1e3',
  controls: '\u0007\u0085\u2028\ufeff\r\n',
  emoji: '😀 – ü',
  quote: `"'\\`,
  long: 'word '.repeat(200),
  empty: '',
};

const encryption = (key: string): string => `
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aesgcm: {keys: [{name: ${key}, secret: ${Buffer.from(key.padEnd(32, '-')).toString('base64')}}]}
  - identity: {}
`;

describe('binnacle store export and import', { timeout: 240_000 }, () => {
  test('a cluster comes back from YAML and from JSON with uids, versions and oddities', async (t) => {
    const parent = await temporaryDirectory(t);
    const data = join(parent, 'data');
    const server = await startBinnacle(t, data);
    await server.api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'gone' } } });
    await server.api.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'odd' }, data: oddities },
    });
    await server.api.deleteNamespacedConfigMap({ namespace, name: 'gone' });
    await server.api.createNamespacedEvent({
      namespace,
      body: { metadata: { name: 'event' }, involvedObject: { namespace }, reason: 'Tried' },
    });
    const made = await server.api.readNamespacedConfigMap({ namespace, name: 'odd' });
    // While the server runs.
    const running = join(parent, 'running.yaml');
    await succeeds(t, 'export', running, `--data-dir=${data}`);
    assert.equal((await stat(running)).mode & 0o777, 0o600);
    assert.equal(await server.stop(), 0);

    const verified = await succeeds(t, 'verify', `--data-dir=${data}`);
    for (const form of ['yaml', 'json']) {
      const file = join(parent, `export.${form}`);
      const text = await succeeds(t, 'export', '-o', form, `--data-dir=${data}`);
      await writeFile(file, text);
      assert.equal(digestIn(text), digestIn(verified));
      const copy = join(parent, form);
      const imported = await succeeds(t, 'import', file, '--event-ttl=2h', `--data-dir=${copy}`);
      assert.equal(digestIn(imported), digestIn(verified));
      assert.equal(digestIn(await succeeds(t, 'verify', `--data-dir=${copy}`)), digestIn(verified));
      assert.deepEqual((await readdir(copy)).sort(), ['lock', 'store.db']);

      const again = await startBinnacle(t, copy);
      assert.deepEqual(await again.api.readNamespacedConfigMap({ namespace, name: 'odd' }), made);
      const changed = await again.api.replaceNamespacedConfigMap({ namespace, name: 'odd', body: made });
      assert.deepEqual(changed, made);
      const events = await again.api.listNamespacedEvent({ namespace });
      assert.equal(events.items.filter(({ reason }) => reason === 'Tried').length, 1);
      await again.stop();
    }
    const [header, ...documents] = parseAllDocuments(await readFile(running, 'utf8')).map((one) =>
      one.toJSON(),
    );
    assert.equal(header.kind, 'StoreExport');
    const odd = documents.find(({ key }) => key === '/registry/api/v1/configmaps/default/odd');
    assert.equal(odd.modRevision, Number(made.metadata!.resourceVersion));
    assert.equal(odd.object.metadata.uid, made.metadata!.uid);
    assert.deepEqual(odd.object.data, oddities);
  });

  test('what is encrypted is exported when it can be read, or when that is asked for', async (t) => {
    const parent = await temporaryDirectory(t);
    const [data, first, second] = ['data', 'first.yaml', 'second.yaml'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(first, encryption('one'));
    await writeFile(second, encryption('two'));
    const server = await startBinnacle(t, data, `--encryption-provider-config=${first}`);
    const made = await server.api.createNamespacedSecret({
      namespace,
      body: { metadata: { name: 's' }, stringData: { word: 'geheim' } },
    });
    assert.equal(await server.stop(), 0);
    const base64 = Buffer.from('geheim').toString('base64');
    const file = (name: string) => join(parent, name);

    const refused = await store(t, 'export', file('refused.json'), `--data-dir=${data}`);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /^binnacle: \/registry\/api\/v1\/secrets\/default\/s is encrypted; give --encryption-provider-config to export it readable, or --sealed/,
    );
    assert.ok(
      !(await readdir(parent)).some((name) => name.startsWith('refused')),
      'no half of an export is left',
    );

    await succeeds(t, 'export', file('sealed.json'), '-o', 'json', '--sealed', `--data-dir=${data}`);
    assert.ok(!(await readFile(file('sealed.json'), 'utf8')).includes(base64));
    await succeeds(
      t,
      'export',
      file('open.json'),
      '-o',
      'json',
      `--data-dir=${data}`,
      `--encryption-provider-config=${first}`,
    );
    assert.ok((await readFile(file('open.json'), 'utf8')).includes(base64));

    // Sealed with the old key, sealed anew with another one, and as it is.
    const cases: readonly [
      name: string,
      flagsOfImport: string[],
      flagsOfServer: string[],
      isSealed: boolean,
    ][] = [
      ['sealed', [], [`--encryption-provider-config=${first}`], true],
      ['open', [`--encryption-provider-config=${second}`], [`--encryption-provider-config=${second}`], true],
      ['open', [], [], false],
    ];
    for (const [at, [name, ofImport, ofServer, isSealed]] of cases.entries()) {
      const copy = file(`copy-${at}`);
      await succeeds(t, 'import', file(`${name}.json`), ...ofImport, `--data-dir=${copy}`);
      const bytes = await readFile(join(copy, 'store.db'), 'latin1');
      assert.equal(bytes.includes(base64), !isSealed);
      const verified = await succeeds(t, 'verify', `--data-dir=${copy}`);
      assert.equal(/^1 encrypted values were not looked into/m.test(verified), isSealed);
      assert.match(await succeeds(t, 'verify', ...ofServer, `--data-dir=${copy}`), /nothing wrong/);
      const again = await startBinnacle(t, copy, ...ofServer);
      assert.deepEqual(await again.api.readNamespacedSecret({ namespace, name: 's' }), made);
      await again.stop();
    }
    const wrong = await store(t, 'verify', `--encryption-provider-config=${second}`, `--data-dir=${data}`);
    assert.equal(wrong.code, 1);
    assert.match(wrong.out, /secrets\/default\/s cannot be decrypted/);
  });

  test('an export that was cut, changed or mixed up is refused, and leaves nothing', async (t) => {
    const parent = await temporaryDirectory(t);
    const data = join(parent, 'data');
    const server = await startBinnacle(t, data);
    assert.equal(await server.stop(), 0);
    const lines = (await succeeds(t, 'export', '-o', 'json', `--data-dir=${data}`)).trimEnd().split('\n');
    const without = (...at: number[]) => lines.filter((_line, number) => !at.includes(number));
    const cases: readonly [lines: string[], message: RegExp][] = [
      [[], /this is no export of a store/],
      [['{"kind":"List"}'], /this is no export of a store/],
      [
        [lines[0]!.replace('/v1"', '/v9"')],
        /the export is of version "binnacle\.dev\/v9"; this release reads binnacle\.dev\/v1/,
      ],
      [lines.slice(0, -1), /the export is not whole: its end is missing/],
      [without(5), /the export was changed: it does not have the digest/],
      [
        lines.map((line, at) => (at === 5 ? line.replace(/"uid":"./, '"uid":"x') : line)),
        /the export was changed/,
      ],
      [[...without(5), lines[5]!], /document \d+ comes after the end of the export/],
      [[lines[0]!, lines[6]!, lines[5]!, ...lines.slice(7)], /document 3: .* does not come after /],
      [lines.map((line, at) => (at === 5 ? line.slice(0, -10) : line)), /document 6 cannot be read: /],
      [[lines[0]!, '{"kind":"Pod"}'], /document 2 is of an unknown kind, "Pod"/],
      [
        [lines[0]!, lines[5]!.replace(/"modRevision":\d+/, '"modRevision":9e9')],
        /document 2: its revisions are out of order/,
      ],
      [
        [lines[0]!, lines[5]!.replace('/registry', '/elsewhere')],
        /document 2: key is not below \/registry\//,
      ],
    ];
    for (const [changed, message] of cases) {
      const file = join(parent, 'changed.json');
      const copy = join(parent, 'copy');
      await writeFile(file, changed.map((line) => `${line}\n`).join(''));
      const { code, out, err } = await store(t, 'import', file, `--data-dir=${copy}`);
      assert.deepEqual([code, out], [1, ''], String(message));
      assert.match(err, message);
      assert.deepEqual(
        (await readdir(copy).catch(() => [])).filter((name) => name !== 'lock'),
        [],
      );
    }
  });

  test('a store moves into another directory with one command, but not from under a server', async (t) => {
    const parent = await temporaryDirectory(t);
    const [data, copy] = [join(parent, 'data'), join(parent, 'copy')];
    const server = await startBinnacle(t, data);
    const live = await store(t, 'import', `--from-data-dir=${data}`, `--data-dir=${copy}`);
    assert.equal(live.code, 1);
    assert.match(
      live.err,
      /a server is running on it; stop it first, as what it writes from now on would be lost/,
    );
    assert.equal(await server.stop(), 0);
    const moved = await succeeds(t, 'import', `--from-data-dir=${data}`, `--data-dir=${copy}`);
    assert.equal(digestIn(moved), digestIn(await succeeds(t, 'verify', `--data-dir=${data}`)));
    const again = await store(t, 'import', `--from-data-dir=${data}`, `--data-dir=${copy}`);
    assert.match(again.err, /has a store already; move store\.db\* away/);
    const mistakes: readonly [argv: string[], message: RegExp][] = [
      [[], /store import takes one file, or --from-data-dir, or --from-etcd-servers/],
      [['x', `--from-data-dir=${data}`], /store import takes one file, or/],
      [['x', `--data-dir=${parent}`], /there is no export at .*x/],
      [['x', '--event-ttl=soon'], /--event-ttl: /],
      [
        [`--from-data-dir=${data}`, '--encryption-provider-config=x'],
        /values of another store are taken as they are/,
      ],
    ];
    for (const [argv, message] of mistakes) assert.match((await store(t, 'import', ...argv)).err, message);
  });

  test('memory does not grow with the store', async (t) => {
    const parent = await temporaryDirectory(t);
    const [large, copy] = [join(parent, 'large'), join(parent, 'copy')];
    // 150 MB: several times what the heap may have.
    const [heapMegabytes, objects] = [48, 1_500];
    await mkdir(large);
    const path = join(large, 'store.db');
    const loader = createSqliteLoader(path, Number.MAX_SAFE_INTEGER, 0);
    const data = { filler: 'x'.repeat(100_000) };
    for (let n = 0; n < objects; n++) {
      const name = `filler-${n}`;
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
      const revision = 1_000_000 + n;
      const key = `/registry/api/v1/configmaps/${namespace}/${name}`;
      const value = Buffer.from(JSON.stringify(object));
      loader.put({ key, value, modRevision: revision, createRevision: revision }, false);
    }
    loader.finish(1_000_000 + objects);
    loader.close();

    const run = async (...argv: string[]) => {
      const env = { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` };
      const { code, stdout, stderr } = await runCommand(process.execPath, [bin, 'store', ...argv], {
        cwd: parent,
        env,
      });
      assert.deepEqual([code, stderr], [0, ''], argv.join(' '));
      return stdout;
    };
    await run('export', join(parent, 'large.json'), '-o', 'json', `--data-dir=${large}`);
    assert.ok((await stat(join(parent, 'large.json'))).size > 100_000 * objects);
    const imported = await run('import', join(parent, 'large.json'), `--data-dir=${copy}`);
    assert.equal(digestIn(imported), digestIn(await run('verify', `--data-dir=${large}`)));
  });
});
