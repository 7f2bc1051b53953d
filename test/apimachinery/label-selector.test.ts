import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatLabelSelector,
  LabelSelectorError,
  type LabelSelectorObject,
  parseLabelSelector,
  selectorFromLabelSelector,
} from '../../src/apimachinery/label-selector.ts';

test('label selectors select by every operator', () => {
  const web = { app: 'web', tier: 'front', size: '5', empty: '' };
  const cases: [string, boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (api, web)', true],
    ['app in (api)', false],
    ['app notin (api),other notin (x)', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['size>4', true],
    ['size>5', false],
    ['size<6', true],
    ['app>1', false],
    ['other<6', false],
    ['empty=', true],
    ['empty in ()', true],
    ['other=', false],
    ['in in (in,notin)', false],
    ['constructor', false],
    ['toString=x', false],
    [' app = web , tier ', true],
  ];
  for (const [text, expected] of cases) {
    const selector = parseLabelSelector(text);
    assert.equal(selector.matches(web), expected, text);
    assert.equal(parseLabelSelector(selector.text).text, selector.text, `${text} again`);
  }
  assert.equal(parseLabelSelector('a=b').matches(undefined), false);
  assert.equal(parseLabelSelector('!a').matches(undefined), true);
});

test('label selectors have a canonical text', () => {
  const cases: Record<string, string> = {
    'z,a=b': 'a=b,z',
    'x in (c, a,b,a)': 'x in (a,b,c)',
    'x in (b,,a)': 'x in (,a,b)',
    'x notin (,)': 'x notin ()',
    'x == y': 'x==y',
    '! x': '!x',
    'x>1,y < 2': 'x>1,y<2',
  };
  for (const [text, canonical] of Object.entries(cases)) {
    assert.equal(parseLabelSelector(text).text, canonical);
  }
  assert.equal(parseLabelSelector('').empty, true);
});

test('broken label selectors are refused in the words of the reference server', () => {
  const rule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const cases: Record<string, string> = {
    'a=b,': "found '', expected: identifier after ','",
    ',a=b': "found ',', expected: !, identifier, or 'end of string'",
    'a=b c=d': "found 'c', expected: ',' or 'end of string'",
    '!': "unable to parse requirement: found '', expected: identifier",
    'a b': "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    'a in b': "unable to parse requirement: found 'b' expected: '('",
    'a in (b': "unable to parse requirement: found '', expected: ',' or ')'",
    'a in (': "unable to parse requirement: found '', expected: ',', ')' or identifier",
    'a=(': "unable to parse requirement: found '(', expected: identifier",
    '!a=b': "found '=', expected: ',' or 'end of string'",
    'a>x':
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    '-a': `unable to parse requirement: <nil>: Invalid value: "-a": ${rule}`,
    'a=-': `unable to parse requirement: values[0][a]: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(
      () => parseLabelSelector(text),
      (error) => error instanceof LabelSelectorError && error.message === message,
      text,
    );
  }
});

test('selectors in objects become selectors and table cells', () => {
  const cases: [LabelSelectorObject | undefined, string, boolean][] = [
    [undefined, '<none>', false],
    [{}, '<none>', true],
    [{ matchLabels: { b: '2', a: '1' } }, 'a=1,b=2', true],
    [{ matchLabels: { a: '2' } }, 'a=2', false],
    [
      {
        matchLabels: { a: '1' },
        matchExpressions: [
          { key: 'c', operator: 'In', values: ['z', 'y'] },
          { key: 'b', operator: 'Exists' },
        ],
      },
      'a=1,b,c in (y,z)',
      false,
    ],
    [{ matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] }, '!x', true],
  ];
  for (const [selector, text, matches] of cases) {
    assert.equal(formatLabelSelector(selector), text);
    assert.equal(selectorFromLabelSelector(selector).matches({ a: '1', b: '2' }), matches, text);
  }
  assert.equal(formatLabelSelector({ matchExpressions: [{ key: 'x', operator: 'Like' }] }), '<error>');
});
