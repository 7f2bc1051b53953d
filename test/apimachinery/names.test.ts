import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as names from '../../src/apimachinery/names.ts';

type Rule = (value: string) => string[];

const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

test('names that are fine pass', () => {
  const cases: [Rule, string[]][] = [
    [names.isDNS1123Label, ['a', 'a-b', '1', 'a'.repeat(63)]],
    [names.isDNS1123Subdomain, ['a', 'a.b-c.1', 'a'.repeat(253)]],
    [names.isDNS1035Label, ['a', 'a1-b']],
    [names.isWildcardDNS1123Subdomain, ['*.example.com']],
    [names.isQualifiedName, ['a', 'A_b.c', 'example.com/a', `${'p'.repeat(253)}/${'n'.repeat(63)}`]],
    [names.isValidLabelValue, ['', 'a', 'A.b_c-1']],
    [names.isPathSegmentName, ['a', 'system:node', '...', ' ']],
    [names.isConfigMapKey, ['a', '.bashrc', 'A_b-c.d', '.a..']],
    [names.isEnvVarName, ['A', '1 b', 'a.b-c', '~!']],
    [names.isValidPortName, ['http', '80a', 'a'.repeat(15)]],
    [names.isCIdentifier, ['_a1']],
    [names.isHTTPHeaderName, ['X-A']],
    [names.isValidPercent, ['5%']],
  ];
  for (const [rule, values] of cases) {
    for (const value of values) assert.deepEqual(rule(value), [], `${rule.name} ${value}`);
  }
});

test('names that break a rule are told which', () => {
  const cases: [Rule, string, string[]][] = [
    [names.isDNS1123Label, 'A', [labelMessage]],
    [names.isDNS1123Label, 'a.b', ['must not contain dots']],
    [names.isDNS1123Label, 'a'.repeat(64), ['must be no more than 63 characters']],
    [names.isDNS1123Subdomain, '', [subdomainMessage]],
    [names.isDNS1123Subdomain, 'a..b', [subdomainMessage]],
    [names.isDNS1123Subdomain, 'é', [subdomainMessage]],
    [names.isDNS1123Subdomain, 'a\n', [subdomainMessage]],
    [names.isQualifiedName, '/a', ['prefix part must be non-empty']],
    [names.isQualifiedName, 'A/a', [`prefix part ${subdomainMessage}`]],
    [names.isPathSegmentName, '..', ["may not be '..'"]],
    [names.isPathSegmentName, 'a/b%c', ["may not contain '/'", "may not contain '%'"]],
    [names.isConfigMapKey, '..a', ["must not start with '..'"]],
    [names.isEnvVarName, '', ['environment variable name must be non-empty']],
    [
      names.isEnvVarName,
      'a=b',
      ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    ],
    [names.isValidPortName, '80', ['must contain at least one letter (a-z)']],
    [names.isValidPortName, 'a--b', ['must not contain consecutive hyphens']],
    [names.isValidPortName, '-a', ['must not begin or end with a hyphen']],
  ];
  for (const [rule, value, messages] of cases)
    assert.deepEqual(rule(value), messages, `${rule.name} ${value}`);
  assert.deepEqual(names.isValidPortNum(0), ['must be between 1 and 65535, inclusive']);
  assert.deepEqual(names.nameIsDNSSubdomain('web-', true), []);
  assert.equal(names.nameIsDNSSubdomain('web-', false).length, 1);
});
