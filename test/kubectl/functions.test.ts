import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Cluster, type ContainerContext, createCluster, type LocalListener } from '../../src/index.ts';
import { runCommand, words } from '../helpers/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../helpers/temporary-directory.ts';
import { kubectlFile, missing } from './script.ts';

/** A server that says what it was asked, and who it is. */
async function echo({ listen, signal, pod, stdout, env }: ContainerContext): Promise<void> {
  stdout.write(`${pod.name} listens\n`);
  listen(8080, async (request) => {
    stdout.write(`${request.method} ${new URL(request.url).pathname}\n`);
    return new Response(`${env['GREETING']} from ${pod.name}\n`);
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

  it('is reached through its pod and its service', async () => {
    const path = '/api/v1/namespaces/default';
    assert.equal(await kubectl(`get --raw ${path}/pods/echo/proxy/from-pod`), 'hello from echo');
    assert.equal(await kubectl(`get --raw ${path}/services/echo/proxy/from-service`), 'hello from echo');
    assert.equal(await kubectl('logs echo'), 'echo listens\nGET /from-pod\nGET /from-service');
  });
});
