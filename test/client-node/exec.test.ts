import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { Attach, CoreV1Api, Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { type Cluster, type ContainerContext, createCluster, type LocalListener } from '../../src/index.ts';
import { apiOver } from '../helpers/api.ts';
import { openWebSocket } from '../helpers/web-socket.ts';

const namespace = 'default';
const pods = `/api/v1/namespaces/${namespace}/pods`;

async function run({ onExec, signal, stdout, stderr }: ContainerContext): Promise<void> {
  onExec(async ({ command, stdin, stdout: out, stderr: err }) => {
    if (command[0] === 'greet') {
      const { value } = await stdin[Symbol.asyncIterator]().next();
      out.write(value!);
      return 7;
    }
    if (command[0] !== 'shout') return undefined;
    for await (const bytes of stdin) out.write(Buffer.from(bytes).toString().toUpperCase());
    err.write('done\n');
    stdout.write('to the log\n');
    stderr.write('and its other side\n');
    return 7;
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  stdout.write('ends\n');
}

async function text(stream: PassThrough): Promise<string> {
  stream.end();
  return Buffer.concat(await stream.toArray()).toString();
}

describe('exec and attach of @kubernetes/client-node', () => {
  let cluster: Cluster;
  let listener: LocalListener;
  const config = new KubeConfig();

  before(async () => {
    cluster = await createCluster({
      nodes: 1,
      images: { 'example/run': run },
      authorization: { modes: ['Node', 'RBAC'] },
    });
    listener = await cluster.listen();
    config.loadFromFile(listener.kubeconfigPath);
    const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'example/run' }] };
    for (const name of ['runs', 'old']) await apiOver(cluster.fetch).post(pods, { metadata: { name }, spec });
    await cluster.settled();
  });
  after(() => cluster?.close());

  it('a command gets stdin, has both outputs and an exit code; attach shows what the container writes', async () => {
    const [out, err, seen, seenToo] = [0, 0, 0, 0].map(() => new PassThrough()) as [
      ...[PassThrough, PassThrough, PassThrough, PassThrough],
    ];
    const attached = await new Attach(config).attach(namespace, 'runs', 'main', seen, seenToo, null, false);
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(namespace, 'runs', 'main', ['shout'], out, err, Readable.from(['hello']), false, resolve)
        .catch(reject);
    });
    assert.equal(status.status, 'Failure');
    assert.deepEqual(status.details?.causes, [{ reason: 'ExitCode', message: '7' }]);
    assert.equal(await text(out), 'HELLO');
    assert.equal(await text(err), 'done\n');

    const gone = new Promise<void>((resolve) => attached.addEventListener('close', () => resolve()));
    await config.makeApiClient(CoreV1Api).deleteNamespacedPod({ namespace, name: 'runs' });
    await gone;
    assert.equal(await text(seen), 'to the log\nends\n');
    assert.equal(await text(seenToo), 'and its other side\n');
  });

  it('older protocols, and none at all, are spoken: in bytes or in base64, with or without an exit code', async () => {
    const ask = async (protocol: string | undefined, command: string) => {
      const path = `${pods}/old/exec?command=${command}&stdout=true&stderr=true&stdin=true`;
      const socket = await openWebSocket(
        listener.kubeconfigPath,
        path,
        ...(protocol === undefined ? [] : [protocol]),
      );
      assert.equal(socket.protocol, protocol ?? '');
      const isText = protocol?.includes('base64') ?? false;
      const got = ['', '', '', ''];
      socket.receive((data, isBinary) => {
        assert.equal(isBinary, !isText);
        const channel = isText ? data[0]! - 0x30 : data[0]!;
        const content = isText ? Buffer.from(data.toString('latin1', 1), 'base64') : data.subarray(1);
        got[channel] += content.toString();
      });
      socket.send(isText ? `0${Buffer.from('hello').toString('base64')}` : Buffer.from('\0hello'));
      await socket.closed;
      return got.slice(1);
    };
    const failure = 'command terminated with non-zero exit code: exit status 7';
    for (const old of [undefined, 'channel.k8s.io', 'base64.channel.k8s.io']) {
      assert.deepEqual(await ask(old, 'greet'), ['hello', '', failure], old);
      assert.deepEqual(await ask(old, 'true'), ['', '', ''], old);
    }
    for (const newer of ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']) {
      const [out, , status] = await ask(newer, 'greet');
      assert.deepEqual([out, JSON.parse(status!).message], ['hello', failure], newer);
    }
    const unknown = openWebSocket(listener.kubeconfigPath, `${pods}/old/exec?command=true&stdout=true`, 'v9');
    await assert.rejects(unknown, /Unexpected server response: 400/);
  });

  it('who may only read pods may not run anything in them, whatever the method', async () => {
    const headers = { 'impersonate-user': 'reader' };
    const rules = [{ apiGroups: [''], resources: ['pods', 'pods/exec'], verbs: ['get'] }];
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const api = apiOver(cluster.fetch);
    await api.post(`${rbac}/roles`, { metadata: { name: 'reader' }, rules });
    await api.post(`${rbac}/rolebindings`, {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    });
    const path = `https://binnacle${pods}/any/exec?command=true&stdout=true`;
    const answer = await cluster.fetch(path, { headers });
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /cannot create resource \\"pods\/exec\\"/);
    const portForward = await cluster.fetch(`https://binnacle${pods}/any/portforward`, {
      method: 'POST',
      headers,
    });
    assert.equal(portForward.status, 403);
  });

  it('what cannot be run is refused before anything is upgraded', async () => {
    const answer = await cluster.fetch(`https://binnacle${pods}/none/exec?command=true&stdout=true`);
    assert.equal(answer.status, 404);
    const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'example/run' }] };
    await apiOver(cluster.fetch).post(pods, { metadata: { name: 'other' }, spec });
    const plain = await cluster.fetch(`https://binnacle${pods}/other/exec?command=true&stdout=true`);
    assert.equal(plain.status, 400);
    assert.match(await plain.text(), /Upgrade request required/);
    const forwarded = await cluster.fetch(`https://binnacle${pods}/other/portforward?ports=80`, {
      method: 'POST',
    });
    assert.equal(forwarded.status, 400);
  });
});
