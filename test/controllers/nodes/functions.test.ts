import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerContext, ContainerImages } from '../../../src/index.ts';
import { podsPath, type Stage, stage } from '../kit.ts';
import { boundPod, containerOf, stateOf } from './pods.ts';

const secondMs = 1_000;
const image = 'example/app:1';

const running = (images: ContainerImages) => stage([], { nodes: 1, images });

const logOf = async ({ cluster }: Stage, name: string): Promise<string> =>
  (await cluster.fetch(`https://binnacle${podsPath}/${name}/log`)).text();

const once = { restartPolicy: 'Never' };
const forSignal = ({ signal }: ContainerContext) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('a container that is a function', () => {
  it('writes its log and ends with what it returns', async () => {
    await using there = await running({
      async [image]({ args, stdout, stderr, sleep }) {
        stdout.write(`${args.join(' ')}\n`);
        await sleep(60 * secondMs);
        stderr.write('done\n');
        return 3;
      },
    });
    await there.create(podsPath, boundPod('job', once, { image, args: ['hello', 'there'] }));
    assert.equal(stateOf(await containerOf(there, 'job')), 'Running');
    assert.equal(await logOf(there, 'job'), 'hello there\n');
    await there.cluster.advance(60 * secondMs);
    assert.equal(stateOf(await containerOf(there, 'job')), 'Terminated: Error 3');
    assert.equal(await logOf(there, 'job'), 'hello there\ndone\n');
  });

  it('ends with 0 when it returns nothing, and with 1 when it throws', async () => {
    await using there = await running({
      'example/good': () => {},
      'example/bad': () => {
        throw new Error('went wrong');
      },
    });
    await there.create(podsPath, boundPod('good', once, { image: 'example/good' }));
    await there.create(podsPath, boundPod('bad', once, { image: 'example/bad' }));
    assert.equal(stateOf(await containerOf(there, 'good')), 'Terminated: Completed 0');
    assert.equal(stateOf(await containerOf(there, 'bad')), 'Terminated: Error 1');
    assert.match(await logOf(there, 'bad'), /^Error: went wrong\n/);
  });

  it('is told to stop, and killed when it does not', async () => {
    const seen: string[] = [];
    await using there = await running({
      async 'example/polite'(container) {
        await forSignal(container);
        seen.push('stopping');
        return 0;
      },
      'example/sleeper': ({ sleep }) => sleep(3_600 * secondMs),
      'example/deaf': () => new Promise(() => {}),
    });
    const held = { finalizers: ['example.com/hold'] };
    for (const name of ['polite', 'sleeper', 'deaf']) {
      const pod = boundPod(name, {}, { image: `example/${name}` });
      await there.create(podsPath, { ...pod, metadata: { ...pod.metadata, ...held } });
      await there.delete(`${podsPath}/${name}`, { gracePeriodSeconds: 10 });
    }
    assert.deepEqual(seen, ['stopping']);
    assert.equal(stateOf(await containerOf(there, 'polite')), 'Terminated: Completed 0');
    assert.equal(stateOf(await containerOf(there, 'sleeper')), 'Terminated: Error 143');
    assert.equal(stateOf(await containerOf(there, 'deaf')), 'Running');
    await there.cluster.advance(10 * secondMs);
    assert.equal(stateOf(await containerOf(there, 'deaf')), 'Terminated: Error 137');
  });

  it('is restarted as its pod wants it', async () => {
    let runs = 0;
    await using there = await running({ [image]: ({ sleep }) => sleep(++runs * secondMs).then(() => 1) });
    await there.create(podsPath, boundPod('again', {}, { image }));
    await there.cluster.advance(60 * secondMs);
    assert.equal((await containerOf(there, 'again')).restartCount, runs - 1);
    assert.ok(runs > 1);
  });

  it('has its environment and its files', async () => {
    let seen: ContainerContext | undefined;
    await using there = await running({
      [image](container) {
        seen = container;
        return forSignal(container);
      },
    });
    const namespace = '/api/v1/namespaces/default';
    const data = { colour: 'blue', 'a.txt': 'from a map' };
    await there.create(`${namespace}/configmaps`, { metadata: { name: 'settings' }, data });
    await there.create(`${namespace}/secrets`, {
      metadata: { name: 'hidden' },
      stringData: { word: 'xyzzy' },
    });
    const from = (valueFrom: object) => ({ valueFrom });
    const env = [
      { name: 'PLAIN', value: 'sky' },
      { name: 'COLOUR', ...from({ configMapKeyRef: { name: 'settings', key: 'colour' } }) },
      { name: 'WORD', ...from({ secretKeyRef: { name: 'hidden', key: 'word' } }) },
      { name: 'SENTENCE', value: '$(PLAIN) is $(COLOUR), $$(PLAIN) $(NOBODY)' },
      { name: 'ME', ...from({ fieldRef: { fieldPath: 'metadata.name' } }) },
      { name: 'IP', ...from({ fieldRef: { fieldPath: 'status.podIP' } }) },
      { name: 'HOST', ...from({ fieldRef: { fieldPath: 'status.hostIP' } }) },
      { name: 'MEMORY', ...from({ resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }) },
      { name: 'MISSING', ...from({ configMapKeyRef: { name: 'none', key: 'x', optional: true } }) },
    ];
    const volumes = [
      { name: 'all', configMap: { name: 'settings' } },
      { name: 'one', secret: { secretName: 'hidden', items: [{ key: 'word', path: 'deep/word' }] } },
      {
        name: 'info',
        downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
      },
    ];
    const volumeMounts = [
      { name: 'all', mountPath: '/etc/settings' },
      { name: 'all', mountPath: '/only/a.txt', subPath: 'a.txt' },
      { name: 'one', mountPath: '/secret/' },
      { name: 'info', mountPath: '/info' },
    ];
    const envFrom = [{ prefix: 'S_', configMapRef: { name: 'settings' } }];
    const resources = { limits: { memory: '64Mi' } };
    const made = boundPod(
      'app',
      { volumes },
      { image, env, envFrom, volumeMounts, resources, args: ['$(ME)'] },
    );
    const pod = { ...made, metadata: { ...made.metadata, labels: { b: '2', a: '1' } } };
    await there.create(podsPath, pod);
    assert.ok(seen);
    const { status } = await there.get(`${podsPath}/app`);
    const { IP, HOST, ...others } = seen.env;
    assert.deepEqual(others, {
      HOSTNAME: 'app',
      S_colour: 'blue',
      'S_a.txt': 'from a map',
      PLAIN: 'sky',
      COLOUR: 'blue',
      WORD: 'xyzzy',
      SENTENCE: 'sky is blue, $(PLAIN) $(NOBODY)',
      ME: 'app',
      MEMORY: '64',
    });
    assert.equal(IP, status.podIP);
    assert.equal(seen.pod.ip, status.podIP);
    assert.equal(HOST, status.hostIP);
    assert.deepEqual(seen.args, ['app']);
    const files = [...seen.files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]);
    const settings = files.filter(([path]) => !path!.startsWith('/var/run/secrets/'));
    assert.deepEqual(Object.fromEntries(settings), {
      '/etc/settings/colour': 'blue',
      '/etc/settings/a.txt': 'from a map',
      '/only/a.txt': 'from a map',
      '/secret/deep/word': 'xyzzy',
      '/info/labels': 'a="1"\nb="2"',
    });
  });

  it('asks the API as its service account', async () => {
    const answers: [number, unknown][] = [];
    await using there = await stage(
      ['serviceaccount-controller', 'root-ca-certificate-publisher-controller'],
      {
        nodes: 1,
        images: {
          async [image]({ fetch, stdout }) {
            const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
            const answer = await fetch('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(review),
            });
            const { status } = (await answer.json()) as { status: { userInfo: { username: string } } };
            stdout.write(`${status.userInfo.username}\n`);
            answers.push([answer.status, (await fetch('/api/v1/namespaces/default/secrets')).status]);
          },
        },
      },
    );
    await there.create(podsPath, boundPod('asks', once, { image }));
    assert.equal(await logOf(there, 'asks'), 'system:serviceaccount:default:default\n');
    assert.deepEqual(answers, [[201, 403]]);
  });
});
