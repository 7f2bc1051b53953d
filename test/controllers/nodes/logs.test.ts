import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '../../helpers/api.ts';
import { podsPath, type Stage, stage } from '../kit.ts';
import { behavingPod, boundPod } from './pods.ts';

const secondMs = 1_000;

const onNode = () => stage([], { nodes: 1 });

async function logOf({ cluster }: Stage, name: string, query = ''): Promise<string> {
  const answer = await cluster.fetch(`https://binnacle${podsPath}/${name}/log?${query}`);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  assert.equal(answer.headers.get('content-type'), 'text/plain');
  return text;
}

const refusal = async ({ api }: Stage, name: string, query = '', code = 400) =>
  expectCode(await api.get(`${podsPath}/${name}/log?${query}`), code).message;

const sh = (script: string) => ({ command: ['sh', '-c', script] });

const lines = [
  { text: 'one' },
  { text: 'two', stream: 'stderr', afterSeconds: 10 },
  { text: 'three', afterSeconds: 20 },
];

describe('the log of a simulated container', () => {
  it('is what its command says, as far as time has come', async () => {
    await using there = await onNode();
    await there.create(
      podsPath,
      boundPod('talks', { restartPolicy: 'Never' }, sh('echo a; echo b >&2; sleep 60; echo c')),
    );
    assert.equal(await logOf(there, 'talks'), 'a\nb\n');
    await there.cluster.advance(60 * secondMs);
    assert.equal(await logOf(there, 'talks'), 'a\nb\nc\n');
  });

  it('is cut by tail, time and size', async () => {
    await using there = await onNode();
    await there.create(podsPath, behavingPod('talks', [{ name: 'main', logs: lines }]));
    const beganMs = there.clock.now();
    await there.cluster.advance(15 * secondMs);
    const of = (query: string) => logOf(there, 'talks', query);
    assert.equal(await of(''), 'one\ntwo\n');
    assert.equal(await of('tailLines=1'), 'two\n');
    assert.equal(await of('tailLines=0'), '');
    assert.equal(await of('tailLines=9'), 'one\ntwo\n');
    assert.equal(await of('sinceSeconds=5'), 'two\n');
    assert.equal(await of('sinceSeconds=4'), '');
    assert.equal(await of(`sinceTime=${new Date(beganMs + secondMs).toISOString()}`), 'two\n');
    assert.equal(await of('limitBytes=6'), 'one\ntw');
    const time = new Date(beganMs).toISOString().replace('Z', '000000Z');
    assert.equal(await of('timestamps=true&limitBytes=35'), `${time} one\n`);
  });

  it('is followed until the container ends', async () => {
    await using there = await onNode();
    await there.create(
      podsPath,
      behavingPod('talks', [{ name: 'main', logs: lines, runSeconds: 30 }], { restartPolicy: 'Never' }),
    );
    const followed = logOf(there, 'talks', 'follow=true');
    await there.cluster.runUntilIdle();
    assert.equal(await followed, 'one\ntwo\nthree\n');
  });

  it('is followed until the pod is gone', async () => {
    await using there = await onNode();
    await there.create(podsPath, behavingPod('talks', [{ name: 'main', logs: lines }]));
    const followed = logOf(there, 'talks', 'follow=true');
    await there.cluster.advance(10 * secondMs);
    await there.delete(`${podsPath}/talks`, { gracePeriodSeconds: 0 });
    assert.equal(await followed, 'one\ntwo\n');
  });

  it('is kept of the attempt before', async () => {
    await using there = await onNode();
    const attempts = [
      { logs: [{ text: 'first' }], runSeconds: 10, exitCode: 1 },
      { logs: [{ text: 'second' }], runSeconds: 3600 },
    ];
    await there.create(podsPath, behavingPod('again', [{ name: 'main', attempts }]));
    assert.equal(await logOf(there, 'again'), 'first\n');
    assert.equal(
      await refusal(there, 'again', 'previous=true'),
      'previous terminated container "main" in pod "again" not found',
    );
    await there.cluster.advance(30 * secondMs);
    assert.equal(await logOf(there, 'again'), 'second\n');
    assert.equal(await logOf(there, 'again', 'previous=true'), 'first\n');
  });
});

describe('a log that is not there', () => {
  it('of a container that waits', async () => {
    await using there = await onNode();
    const init = [{ name: 'first', image: 'busybox', command: ['sleep', '60'] }];
    await there.create(podsPath, boundPod('waits', { initContainers: init }));
    assert.equal(
      await refusal(there, 'waits', 'container=main'),
      'container "main" in pod "waits" is waiting to start: PodInitializing',
    );
    const absent = [{ name: 'main', image: 'Absent' }];
    await there.create(podsPath, behavingPod('absent', absent));
    assert.equal(
      await refusal(there, 'absent'),
      'container "main" in pod "absent" is waiting to start: image can\'t be pulled',
    );
    await there.cluster.advance(5 * secondMs);
    assert.equal(
      await refusal(there, 'absent'),
      'container "main" in pod "absent" is waiting to start: trying and failing to pull image',
    );
  });

  it('of wrong options', async () => {
    await using there = await onNode();
    await there.create(podsPath, boundPod('runs'));
    const invalid = 'PodLogOptions "runs" is invalid: ';
    const wrong: [string, string][] = [
      ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
      ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
      ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
      ['stream=Stdout', 'stream: Forbidden: may not be specified'],
    ];
    for (const [query, why] of wrong) assert.equal(await refusal(there, 'runs', query, 422), invalid + why);
    assert.match(
      await refusal(there, 'runs', 'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z', 422),
      /at most one of/,
    );
    assert.equal(
      await refusal(there, 'runs', 'tailLines=x'),
      'strconv.ParseInt: parsing "x": invalid syntax',
    );
  });
});
