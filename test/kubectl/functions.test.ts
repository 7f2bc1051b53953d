import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Cluster, type ContainerContext, createCluster, type LocalListener } from '../../src/index.ts';
import { runCommand, words } from '../helpers/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import { kubectlFile, missing } from './script.ts';

/** A server that says what it was asked, and who it is. */
async function echo({ listen, onExec, signal, pod, stdout, env, files }: ContainerContext): Promise<void> {
  stdout.write(`${pod.name} listens\n`);
  listen(8080, async (request) => {
    stdout.write(`${request.method} ${new URL(request.url).pathname}\n`);
    return new Response(`${env['GREETING']} from ${pod.name}\n`);
  });
  onExec(async (call) => {
    if (call.command[0] === 'length') {
      call.stdout.write(String(files.get(call.command[1]!)?.length));
      return 0;
    }
    if (call.command[0] === 'count') {
      let bytes = 0;
      for await (const chunk of call.stdin) bytes += chunk.length;
      call.stdout.write(`${bytes} bytes\n`);
    } else return undefined;
    return 0;
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

const podFile = `
apiVersion: v1
kind: Pod
metadata: {name: echo, labels: {app: echo}}
spec:
  containers:
  - name: main
    image: example/echo:1
    env: [{name: GREETING, value: hello}]
    ports: [{containerPort: 8080}]
    volumeMounts: [{name: settings, mountPath: /etc/settings}, {name: work, mountPath: /work}]
  volumes: [{name: settings, configMap: {name: settings}}, {name: work, emptyDir: {}}]
`;

describe('kubectl: a container that is a function', { skip: missing }, () => {
  let cluster: Cluster;
  let listener: LocalListener;
  let home: TemporaryDirectory;

  const kubectl = async (command: string, stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(kubectlFile, words(command), {
      cwd: home.path,
      env: { HOME: home.path, KUBECONFIG: listener.kubeconfigPath },
      ...(stdin === undefined ? {} : { stdin }),
    });
    assert.equal(code, 0, stdout + stderr);
    return stdout.trimEnd();
  };

  before(async () => {
    home = await temporaryDirectory();
    cluster = await createCluster({ controllers: ['*'], nodes: 1, images: { 'example/echo:1': echo } });
    listener = await cluster.listen();
    await kubectl('create configmap settings --from-literal=color=red');
    await kubectl('create -f -', podFile);
    await kubectl('expose pod echo --port=80 --target-port=8080');
    await kubectl('wait pod/echo --for=condition=Ready --timeout=20s');
    await kubectl(
      'wait endpoints/echo --for=jsonpath={.subsets[0].addresses[0].targetRef.name}=echo --timeout=20s',
    );
  });
  after(async () => {
    await cluster?.close();
    await home?.remove();
  });

  it('runs commands that are understood, and its own', async () => {
    assert.equal(await kubectl('exec echo -- echo a b'), 'a b');
    assert.match(await kubectl('exec echo -- env'), /^GREETING=hello$/m);
    assert.equal(await kubectl('exec echo -- sh -c "echo one && echo two"'), 'one\ntwo');
    assert.equal(await kubectl('exec -i echo -- cat', 'from outside'), 'from outside');
    assert.equal(await kubectl('exec -i echo -- count', 'x'.repeat(3_000_000)), '3000000 bytes');
    assert.equal(await kubectl('exec -i echo -- echo unread', 'x'.repeat(3_000_000)), 'unread');
  });

  it('says how a command ended, and what is not simulated', async () => {
    const run = (command: string) =>
      runCommand(kubectlFile, words(command), {
        cwd: home.path,
        env: { HOME: home.path, KUBECONFIG: listener.kubeconfigPath },
      });
    const failed = await run('exec echo -- sh -c "echo oops; exit 3"');
    assert.deepEqual([failed.code, failed.stdout], [3, 'oops\n']);
    assert.match(failed.stderr, /command terminated with exit code 3/);
    const unknown = await run('exec echo -- top');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /error executing command in container: exec of "top" is not simulated/);
    const none = await run('exec none -- true');
    assert.match(none.stderr, /pods "none" not found/);
    await kubectl('run plain --image=nginx');
    await kubectl('wait pod/plain --for=condition=Ready --timeout=20s');
    assert.match((await run('exec plain -- ls')).stderr, /exec of "ls" is not simulated/);
  });

  /** kubectl speaks SPDY in a WebSocket, or SPDY alone as older clients do. */
  const ways = { 'in a WebSocket': 'true', alone: 'false' };
  for (const [way, websockets] of Object.entries(ways)) {
    const env = () => ({
      HOME: home.path,
      KUBECONFIG: listener.kubeconfigPath,
      KUBECTL_PORT_FORWARD_WEBSOCKETS: websockets,
      KUBECTL_REMOTE_COMMAND_WEBSOCKETS: websockets,
    });

    it(`forwards a port over SPDY ${way}`, async (t) => {
      const forward = async (what: string) => {
        const child = spawn(kubectlFile, ['port-forward', ...words(what)], { cwd: home.path, env: env() });
        t.after(() => child.kill('SIGKILL'));
        let said = '';
        const exited = new Promise((resolve) => child.on('exit', resolve));
        for (const output of [child.stdout, child.stderr]) output.on('data', (text) => (said += text));
        const port = () => /^Forwarding from 127\.0\.0\.1:(\d+) /m.exec(said)?.[1];
        await until(() => port() !== undefined || child.exitCode !== null);
        return { port: port(), said: () => said, exited };
      };
      const { port } = await forward('service/echo 0:80');
      const ask = async (path: string, body?: string) =>
        (await fetch(`http://127.0.0.1:${port}${path}`, body ? { method: 'POST', body } : {})).text();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(`/${at}`)));
      assert.deepEqual(new Set(answers), new Set(['hello from echo\n']));
      assert.equal(await ask('/large', 'x'.repeat(3_000_000)), 'hello from echo\n');

      const nowhere = await forward('echo 0:81');
      await assert.rejects(fetch(`http://127.0.0.1:${nowhere.port}/`));
      await nowhere.exited;
      assert.match(nowhere.said(), /dial tcp 127\.0\.0\.1:81: connect: connection refused/);
    });

    it(`runs commands ${way === 'alone' ? 'over SPDY' : 'over a WebSocket'}`, async () => {
      const run = (command: string, stdin?: string) =>
        runCommand(kubectlFile, words(command), {
          cwd: home.path,
          env: env(),
          ...(stdin === undefined ? {} : { stdin }),
        });
      assert.equal((await run('exec -i echo -- count', 'x'.repeat(3_000_000))).stdout, '3000000 bytes\n');
      const failed = await run('exec echo -- sh -c "echo oops; exit 3"');
      assert.deepEqual([failed.code, failed.stdout], [3, 'oops\n']);
      assert.match((await run('exec echo -- top')).stderr, /exec of "top" is not simulated/);
    });
  }

  it('copies files into the container and out of it', async () => {
    const content = Buffer.alloc(2_000_000, 'binary\0');
    await mkdir(join(home.path, 'from', 'deep'), { recursive: true });
    await writeFile(join(home.path, 'from', 'deep', 'large'), content);
    await writeFile(join(home.path, 'from', 'small'), 'small\n');
    await kubectl('cp from echo:/work');
    assert.equal(await kubectl('exec echo -- length /work/from/deep/large'), '2000000');
    assert.equal(await kubectl('exec echo -- ls /work/from'), 'deep\nsmall');
    await kubectl('cp from/small echo:/tmp/renamed --no-preserve');
    assert.equal(await kubectl('exec echo -- cat /tmp/renamed'), 'small');
    await kubectl('cp echo:/work/from back');
    assert.deepEqual(await readFile(join(home.path, 'back', 'deep', 'large')), content);
    await kubectl('cp echo:/work/from/deep/large large --retries=2');
    assert.deepEqual(await readFile(join(home.path, 'large')), content);
    await kubectl('cp echo:/etc/settings settings');
    assert.equal(await readFile(join(home.path, 'settings', 'color'), 'utf8'), 'red');
  });

  it('says why a copy cannot be made', async () => {
    const run = (command: string) =>
      runCommand(kubectlFile, words(command), {
        cwd: home.path,
        env: { HOME: home.path, KUBECONFIG: listener.kubeconfigPath },
      });
    await writeFile(join(home.path, 'color'), 'blue');
    await writeFile(join(home.path, 'huge'), Buffer.alloc(17 * 1024 * 1024));
    const readOnly = await run('cp color echo:/etc/settings');
    assert.notEqual(readOnly.code, 0);
    assert.match(readOnly.stderr, /tar: can't write 'color': Read-only file system/);
    assert.equal(await kubectl('exec echo -- cat /etc/settings/color'), 'red');
    assert.match((await run('cp huge echo:/tmp')).stderr, /'huge': No space left on device/);
    assert.match(
      (await run('cp color echo:/none/color')).stderr,
      /tar: can't change directory to '\/none': No such file or directory/,
    );
    const absent = await run('cp echo:/none none');
    assert.match(absent.stdout, /tar: \/none: No such file or directory/);
    const cut = await runCommand(kubectlFile, words('exec -i echo -- tar -xmf - -C /tmp'), {
      cwd: home.path,
      env: { HOME: home.path, KUBECONFIG: listener.kubeconfigPath },
      stdin: 'x'.repeat(700),
    });
    assert.match(cut.stderr, /tar: corrupted archive/);
  });

  it('is reached through its pod and its service', async () => {
    const path = '/api/v1/namespaces/default';
    assert.equal(await kubectl(`get --raw ${path}/pods/echo/proxy/from-pod`), 'hello from echo');
    assert.equal(await kubectl(`get --raw ${path}/services/echo/proxy/from-service`), 'hello from echo');
    assert.match(await kubectl('logs echo'), /^echo listens\n(.*\n)*GET \/from-pod\nGET \/from-service$/);
  });
});
