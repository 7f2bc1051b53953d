import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ip from '../../src/apimachinery/ip.ts';

test('addresses have one canonical form', () => {
  const cases: Record<string, string | undefined> = {
    '10.9.8.7': '10.9.8.7',
    '010.009.8.7': '10.9.8.7',
    '::ffff:1.2.3.4': '1.2.3.4',
    '2001:DB8:0:0::1': '2001:db8::1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '::': '::',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '10.1': undefined,
    '0x7f.0.0.1': undefined,
    '256.1.1.1': undefined,
    'fe80::1%eth0': undefined,
    '12345::': undefined,
    '': undefined,
    '1.2.3.4 ': undefined,
  };
  for (const [text, canonical] of Object.entries(cases)) assert.equal(ip.canonicalIP(text), canonical, text);
});

test('strict and canonical fields say what is wrong', () => {
  assert.deepEqual(ip.isValidIP('nope'), [ip.invalidIPMessage]);
  assert.deepEqual(ip.isValidIP('01.2.3.4'), []);
  assert.deepEqual(ip.isValidStrictIP('01.2.3.4'), ['must not have leading 0s']);
  assert.deepEqual(ip.isValidStrictIP('::ffff:1.2.3.4'), ['must not be an IPv4-mapped IPv6 address']);
  assert.deepEqual(ip.isCanonicalIP('2001:DB8::1'), ['must be in canonical form ("2001:db8::1")']);
  assert.deepEqual(ip.isValidCIDR('10.0.0.0/33'), [ip.invalidCIDRMessage]);
  assert.deepEqual(ip.isValidCIDR('10.0.0.1/24'), []);
  const strict: Record<string, string> = {
    '10.0.0.1/24': 'must not have bits set beyond the prefix length',
    '10.0.0.0/08': 'must not have leading 0s in IP or prefix length',
    '010.0.0.0/8': 'must not have leading 0s in IP or prefix length',
    '::ffff:1.1.1.0/24': 'must not have an IPv4-mapped IPv6 address',
    '::ffff:1.1.1.0/120': 'must not have an IPv4-mapped IPv6 address',
  };
  for (const [text, message] of Object.entries(strict)) {
    assert.deepEqual(ip.isValidCIDR(text), [], text);
    assert.deepEqual(ip.isValidStrictCIDR(text), [message], text);
  }
  assert.deepEqual(ip.isCanonicalCIDR('2001:DB8::/64'), ['must be in canonical form ("2001:db8::/64")']);
});

test('ranges count, index and contain addresses', () => {
  const services = ip.parseCidr('10.0.0.7/24')!;
  assert.equal(ip.formatCidr(services), '10.0.0.0/24');
  assert.equal(ip.cidrSize(services), 256n);
  assert.equal(ip.cidrAddress(services, 1n), '10.0.0.1');
  assert.equal(ip.cidrOffset(services, '10.0.0.255'), 255n);
  assert.equal(ip.cidrContains(services, '10.0.1.0'), false);
  assert.equal(ip.cidrContains(services, '::ffff:10.0.0.3'), true);
  assert.throws(() => ip.cidrAddress(services, 256n), RangeError);
  const wide = ip.parseCidr('fd00::/108')!;
  assert.equal(ip.cidrSize(wide), 1n << 20n);
  assert.equal(ip.cidrAddress(wide, 0xfffffn), 'fd00::f:ffff');
  assert.equal(ip.cidrContains(wide, '10.0.0.1'), false);
});
