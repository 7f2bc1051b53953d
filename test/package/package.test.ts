import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { version } from '../../src/version.ts';
import { runCommand } from '../helpers/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../helpers/temporary-directory.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(root, 'node_modules');
const inputs = ['bin', 'src', 'tools', 'docs', 'examples', 'package.json', 'tsconfig.json'];
const texts = ['README.md', 'LICENSE', 'CHANGELOG.md'];
/** npm, npx and the scripts run on this very Node, as they do after `npm ci`. */
const env = { ...process.env, PATH: [join(modules, '.bin'), process.env['PATH']].join(delimiter) } as Record<
  string,
  string
>;
const missing = ['npm', 'npx', 'tar'].filter((name) => spawnSync(name, ['--version'], { env }).status !== 0);

/** Everything a tarball may hold. */
const wanted = [
  /^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/,
  /^bin\/\w+\.js$/,
  /^build\/(schemas|descriptions)\.json$/,
  /^build\/types\/[\w/-]+\.d\.ts$/,
  /^dist\/[\w-]+\.js$/,
  /^dist\/licenses\.txt$/,
  /^docs\/[\w-]+\.md$/,
  /^examples\/[\w.-]+\.(ts|md)$/,
  /^src\/scheme\/facts\/(protobuf|go-names)\.json$/,
];

const consumer = `
import { CoreV1Api } from '@kubernetes/client-node';
import { type Cluster, createCluster, seededRandom, virtualClock } from 'binnacle';

const cluster: Cluster = await createCluster({ clock: virtualClock(), random: seededRandom(7) });
const api = (await cluster.kubeConfig()).makeApiClient(CoreV1Api);
const { items } = await api.listNamespace();
const names: (string | undefined)[] = items.map(({ metadata }) => metadata?.name);
console.log(names.join(' '));
await cluster.close();
// @ts-expect-error: not an option
await createCluster({ clocks: virtualClock() }).then((other) => other.close());
`;

describe('the package as npm installs it', {
  skip: missing.length > 0 && `SKIPPED: not on the PATH: ${missing.join(', ')}`,
  timeout: 300_000,
}, () => {
  let directory: TemporaryDirectory;
  let checkout: string;
  let project: string;
  let packed: readonly string[];

  const run = (cwd: string, file: string, ...args: string[]) => runCommand(file, args, { cwd, env });
  const succeeds = async (cwd: string, file: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(cwd, file, ...args);
    assert.equal(code, 0, `${file} ${args.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  };

  /** A checkout as `npm ci` leaves it before its scripts run; packing it has to build everything. */
  before(async () => {
    directory = await temporaryDirectory();
    checkout = join(directory.path, 'checkout');
    project = join(directory.path, 'project');
    mkdirSync(checkout);
    for (const name of [...inputs, ...texts])
      cpSync(join(root, name), join(checkout, name), { recursive: true });
    symlinkSync(modules, join(checkout, 'node_modules'));
    const report = JSON.parse(await succeeds(checkout, 'npm', 'pack', '--json', '--silent'));
    const { filename, files } = Array.isArray(report) ? report[0] : Object.values<typeof report>(report)[0];
    packed = files.map(({ path }: { path: string }) => path);

    const installed = join(project, 'node_modules');
    mkdirSync(join(installed, 'binnacle'), { recursive: true });
    await succeeds(
      checkout,
      'tar',
      '-xzf',
      filename,
      '--strip-components=1',
      '-C',
      join(installed, 'binnacle'),
    );
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), '@types/node']) {
      mkdirSync(join(installed, name, '..'), { recursive: true });
      symlinkSync(join(modules, name), join(installed, name));
    }
    mkdirSync(join(installed, '.bin'));
    chmodSync(join(installed, 'binnacle', 'bin', 'binnacle.js'), 0o755);
    symlinkSync('../binnacle/bin/binnacle.js', join(installed, '.bin', 'binnacle'));
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'project', private: true, type: 'module' }),
    );
    writeFileSync(join(project, 'consumer.ts'), consumer);
  });
  after(() => directory?.remove());

  test('holds what is needed and nothing else', () => {
    assert.deepEqual(
      packed.filter((path) => !wanted.some((form) => form.test(path))),
      [],
    );
    for (const form of wanted)
      assert(
        packed.some((path) => form.test(path)),
        `nothing like ${form}`,
      );
  });

  test('npx binnacle runs, npm start passes its flags on', async () => {
    const expected = new RegExp(
      `^Binnacle ${version.replaceAll('.', '\\.')} \\(Kubernetes v1\\.36\\.\\d+\\)\\n$`,
    );
    assert.match(await succeeds(project, 'npx', '--no-install', 'binnacle', '--version'), expected);
    assert.match(
      await succeeds(checkout, 'npm', 'start', '--silent', '--', '--secure-port=1', '--version'),
      expected,
    );
  });

  test('starts and stops', async () => {
    const command = join('node_modules', '.bin', 'binnacle');
    const child = spawn(command, ['--secure-port=0', '--data-dir=data'], {
      cwd: project,
      env,
    });
    try {
      const exited = once(child, 'exit');
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        out += text;
      });
      while (!/ready after/.test(out)) {
        await Promise.race([once(child.stdout, 'data'), exited.then(() => assert.fail('it ended'))]);
      }
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('is imported from JavaScript, with the names its types promise', async () => {
    const javaScript = consumer.replaceAll(/type Cluster, |: Cluster|: \(string \| undefined\)\[\]/g, '');
    writeFileSync(join(project, 'consumer.js'), javaScript);
    const out = await succeeds(project, 'node', '--no-strip-types', 'consumer.js');
    assert.equal(out, 'default kube-node-lease kube-public kube-system\n');
    const names = "console.log(Object.keys(await import('binnacle')).sort().join(' '))";
    assert.equal(
      await succeeds(project, 'node', '--input-type=module', '--eval', names),
      'createCluster seededRandom startServer virtualClock\n',
    );
    const source = await import('../../src/index.ts');
    assert.equal(Object.keys(source).sort().join(' '), 'createCluster seededRandom startServer virtualClock');
  });

  test('is typed for TypeScript projects', async () => {
    const compiler = join(modules, '.bin', 'tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'esnext', '--module', 'nodenext'];
    await succeeds(project, compiler, ...options, 'consumer.ts');
  });
});
