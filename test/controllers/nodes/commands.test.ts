import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { courseOfCommand } from '../../../src/controllers/nodes/commands.ts';

const of = (...command: string[]) => {
  const course = courseOfCommand({ name: 'c', command });
  return course && [course.runsMs, course.exitCode, course.lines.map(({ text }) => text).join('')];
};
const sh = (script: string) => of('sh', '-c', script);

describe('commands that are understood', () => {
  const understood: [string, unknown][] = [
    ['true', [0, 0, '']],
    ['exit 3', [0, 3, '']],
    ['sleep 5', [5_000, 0, '']],
    ['sleep 1m 0.5', [60_500, 0, '']],
    ['echo a b; sleep 2; exit 1', [2_000, 1, 'a b\n']],
    ['echo \'a  b\' "c;d"\necho -n x', [0, 0, 'a  b c;d\nx']],
    ['false && echo no; echo yes', [0, 0, 'yes\n']],
    ['false || exit 4', [0, 4, '']],
    ['set -e; false; echo no', [0, 1, '']],
    ['exec sleep 3', [3_000, 0, '']],
    ['sleep infinity', [undefined, 0, '']],
    ['echo quiet > /dev/null', [0, 0, '']],
    ['exit 256', [0, 0, '']],
  ];
  for (const [script, expected] of understood) {
    it(`sh -c ${JSON.stringify(script)}`, () => assert.deepEqual(sh(script), expected));
  }

  it('without a shell', () => {
    assert.deepEqual(of('/bin/sleep', '7'), [7_000, 0, '']);
    assert.deepEqual(of('false'), [0, 1, '']);
    const course = courseOfCommand({ name: 'c', command: ['sleep'], args: ['1'] });
    assert.equal(course?.runsMs, 1_000);
  });

  it('leave their termination message', () => {
    const course = courseOfCommand({
      name: 'c',
      command: ['sh', '-c', 'echo why > /dev/termination-log; echo oops >&2; exit 2'],
    });
    assert.equal(course?.message, 'why\n');
    assert.deepEqual(course?.lines, [{ afterMs: 0, stream: 'stderr', text: 'oops\n' }]);
  });
});

describe('commands of which nothing is guessed', () => {
  const scripts = [
    'while true; do sleep 1; done',
    'echo $HOME',
    'nginx',
    'sleep 1 | cat',
    'sleep 5 &',
    'echo "$(date)"',
  ];
  for (const script of [
    ...scripts,
    'exit x',
    'sleep forever',
    'echo a > /tmp/b',
    "echo 'open",
    'echo a\\ b',
  ]) {
    it(JSON.stringify(script), () => assert.equal(sh(script), undefined));
  }
  it('no command at all', () => assert.equal(courseOfCommand({ name: 'c' }), undefined));
});
