import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CelDeclarations, CelEvaluationError, compileCel } from '../../src/cel/index.ts';

const declarations: CelDeclarations = {
  types: {
    Attributes: { namespace: 'string', verb: 'string' },
    Request: { user: 'string', groups: 'list<string>', resourceAttributes: 'Attributes' },
  },
  variables: { request: 'Request', object: 'dyn', claims: 'map<string, dyn>' },
};

const values = {
  request: { user: 'ann', groups: ['dev'], resourceAttributes: { namespace: 'a', verb: 'get' } },
  object: { n: 1, half: 0.5, list: [3, 1, 2], text: 'héllo', nothing: null, constructor: 'mine' },
  claims: { sub: 'ann', groups: ['a', 'b'] },
};

const budget = () => ({ remaining: 10_000 });
const evaluate = (expression: string) => compileCel(expression, declarations).evaluate(values, budget());

const true_ = [
  // The language.
  '1 + 2 * 3 == 7 && -7 / 2 == -3 && -7 % 3 == -1',
  'object.n == 1 && object.n == 1.0 && object.half < 1',
  'true || 1 / 0 == 1',
  '(1 / 0 == 1) || true',
  'has(object.n) && !has(object.m) && !has(object.toString) && has(object.constructor)',
  'has(request.resourceAttributes) && request.resourceAttributes.namespace == "a"',
  'object.list.all(x, x > 0) && object.list.exists(x, x == 2) && object.list.exists_one(x, x == 3)',
  'object.list.map(x, x * 2) == [6, 2, 4] && object.list.filter(x, x > 1) == [3, 2]',
  'claims.?missing.orValue("none") == "none" && claims[?"sub"].hasValue()',
  'cel.bind(x, object.n + 1, x * x) == 4',
  'sets.contains(object.list, [1, 1]) && !sets.contains([1], [2]) && sets.equivalent([1, 2, 1], [2, 1]) && sets.intersects([1, 2], [2, 3])',
  '"dev" in request.groups && !("ops" in request.groups) && "sub" in claims',
  'object.nothing == null && type(object.text) == string',
  'timestamp("2026-01-01T00:00:00Z") + duration("90m") == timestamp("2026-01-01T01:30:00Z")',
  'string(duration("90s")) == "90s" && string(timestamp("2026-01-01T00:00:00Z")) == "2026-01-01T00:00:00Z"',
  'int("12") == 12 && int(1.9) == 1 && int(timestamp("1970-01-01T00:01:00Z")) == 60',
  // Strings count characters.
  'object.text.size() == 5 && "😀".size() == 1 && "😀ab".substring(1, 2) == "a" && "😀a".charAt(1) == "a"',
  '"a,b".split(",") == ["a", "b"] && ["a", "b"].join("-") == "a-b" && "aXÄ".lowerAscii() == "axÄ"',
  '"aaa".replace("a", "$&", 2) == "$&$&a" && "abc".reverse() == "cba"',
  // RE2.
  'object.text.matches("^h.l+o$") && matches("ABC", "(?i)b") && "a1b22".findAll("[0-9]+") == ["1", "22"]',
  '"a1b22".find("[0-9]+") == "1" && "x".find("y") == "" && "a1b22".findAll("[0-9]+", 1) == ["1"]',
  // Lists.
  '[1, 2].sum() == 3 && [1.5].sum() == 1.5 && [3, 1].max() == 3 && ["b", "a"].min() == "a"',
  '[1, 2].isSorted() && ![2, 1].isSorted() && [1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2',
  // URLs, quantities, addresses.
  'url("https://a.b:8/x?y=1&y=2").getHost() == "a.b:8" && url("/p").getEscapedPath() == "/p"',
  'url("https://[::1]/?y=1&y=2").getQuery() == {"y": ["1", "2"]} && url("https://[::1]").getHostname() == "::1"',
  'isURL("/x") && !isURL("x") && isQuantity("1.5Gi") && !isQuantity("x")',
  'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("1") == quantity("1000m")',
  'quantity("2").add(quantity("500m")).compareTo(quantity("2.5")) == 0 && quantity("2k").asInteger() == 2000',
  'isIP("::1") && !isIP("010.0.0.1") && ip("fe80::1").isLinkLocalUnicast() && ip("127.1.2.3").isLoopback()',
  'cidr("10.0.0.0/8").containsIP("10.1.2.3") && !cidr("10.0.0.0/8").containsCIDR("11.0.0.0/9")',
  'string(cidr("10.1.2.3/8").masked()) == "10.0.0.0/8" && cidr("10.1.2.3/8").ip() == ip("10.1.2.3")',
  'ip.isCanonical("::1") && !ip.isCanonical("0::1")',
  // Formats, versions.
  '!format.dns1123Label().validate("web-1").hasValue() && format.dns1123Label().validate("Web").hasValue()',
  'format.named("uuid").hasValue() && !format.named("magic").hasValue() && format.named("date").value().validate("2026-02-30").hasValue()',
  'isSemver("1.2.3-rc.1+b") && !isSemver("v1.2") && isSemver("v1.2", true) && semver("v01.2", true) == semver("1.2.0")',
  'semver("1.0.0-alpha.2").isLessThan(semver("1.0.0-alpha.10")) && semver("1.0.0").isGreaterThan(semver("1.0.0-rc"))',
  'semver("1.2.3").compareTo(semver("1.10.0")) == -1 && semver("1.2.3").minor() == 2',
  '"%s has %d (%.1f%%), %x %X %b %o %e".format([claims.sub, 3, 1.21, 255, "hi", true, 8, 1234.5]) == "ann has 3 (1.2%), ff 6869 1 10 1.234500e+03"',
  '"%s %s %s".format([[1, 2], {"b": 1, "a": null}, timestamp("2026-01-01T00:00:00Z")]) == "[1, 2] {a: null, b: 1} 2026-01-01T00:00:00Z"',
];

describe('an expression', () => {
  for (const expression of true_) it(expression, () => assert.equal(evaluate(expression), true));

  it('answers plain JSON', () => {
    assert.deepEqual(evaluate('{"a": [claims.sub, 1.5, null], "b": object.n}'), {
      __proto__: null,
      a: ['ann', 1.5, null],
      b: 1n,
    });
  });
});

describe('compiling refuses, and says where', () => {
  const wrong: readonly [string, string][] = [
    ['', '1:1: expression is empty'],
    ['1 +', "1:4: Syntax error: mismatched input '<EOF>'"],
    ['request.usr == "a"', "1:9: undefined field 'usr'"],
    ['true &&\n  nobody', "2:3: undeclared reference to 'nobody' (in container '')"],
    ['request.user + 1', "1:1: found no matching overload for '_+_' applied to '(string, int)'"],
    ['request.user.startsWith(1)', "1:1: found no matching overload for 'string.startsWith(int)'"],
    ['"a".matches("(")', '1:13: error parsing regexp: missing closing ): `(`'],
    ['"a".matches("(?=a)")', '1:13: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    [`"${'a'.repeat(17_000)}"`, '1:1: expression is longer than 16384 characters'],
    [`${'('.repeat(5_000)}1${')'.repeat(5_000)}`, '1:'],
    [`[${'1,'.repeat(3_000)}1]`, '1:'],
    [`${'!'.repeat(15_000)}true`, '1:1: expression nests too deep'],
  ];
  for (const [expression, message] of wrong) {
    it(expression.slice(0, 40), () =>
      assert.throws(
        () => compileCel(expression, declarations),
        (error: Error) =>
          error.name === 'CelCompileError' && error.message.startsWith(`ERROR: <input>:${message}`),
      ),
    );
  }

  it('another type than is wanted', () => {
    assert.throws(
      () => compileCel('1', declarations, 'bool'),
      /^CelCompileError: must evaluate to bool but got int$/,
    );
    const dynamic = compileCel('object.n', declarations, 'bool');
    assert.throws(() => dynamic.evaluate(values, budget()), /^CelEvaluationError: must evaluate to bool$/);
  });
});

describe('evaluating fails', () => {
  const failing: readonly [string, RegExp][] = [
    ['object.missing', /no such key: missing/],
    ['object["__proto__"]', /no such key: __proto__/],
    ['1 / (object.n - 1)', /division by zero/],
    ['9223372036854775807 + object.n', /integer overflow/],
    ['int(9.3e18)', /integer overflow/],
    ['int("x")', /type conversion error from 'string' to 'int'/],
    ['object.list[9]', /index out of bounds: 9/],
    ['object.text.matches("(" + object.text)', /missing closing \)/],
    ['ip(object.text)', /IP Address "héllo" parse error/],
    ['object.n && true', /./],
    ['"%d".format(["x"])', /no formatting function/],
    ['"%s".format([])', /index 0 out of range/],
    ['semver("1")', /invalid semver "1"/],
  ];
  for (const [expression, message] of failing) {
    it(expression, () =>
      assert.throws(
        () => evaluate(expression),
        (error: Error) => error instanceof CelEvaluationError && message.test(error.message),
      ),
    );
  }

  const nest = (inner: string) =>
    ['a', 'b', 'c', 'd'].reduceRight((body, name) => `[1,2,3,4,5,6,7,8,9].exists(${name}, ${body})`, inner);

  it('when the budget is used up, whatever the expression makes of that', () => {
    for (const expression of [nest('a + b + c + d < 0'), `${nest('a + b + c + d < 0')} || true`]) {
      const left = { remaining: 2_000 };
      assert.throws(() => compileCel(expression, declarations).evaluate(values, left), /cost limit exceeded/);
      assert.ok(left.remaining < 0);
    }
  });

  it('when a value grows beyond the budget', () => {
    const doubling = Array.from({ length: 20 }, (_, at) => `cel.bind(v${at + 1}, v${at} + v${at}, `);
    const expression = `cel.bind(v0, "0123456789", ${doubling.join('')}v20.size()${')'.repeat(21)}`;
    assert.throws(() => evaluate(expression), /cost limit exceeded/);
  });

  it('soon, for a pattern that would keep a backtracking matcher busy for minutes', () => {
    assert.equal(evaluate(`"${'a'.repeat(5_000)}!".matches("^(a+)+$")`), false);
  });
});
