import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createChainVerifier } from '../../src/pki/chain-verifier.ts';
import type { Trust } from '../../src/pki/verify-chain.ts';
import { makeAuthority, makeCertificate, purposes } from '../helpers/certificates.ts';

const hour = 60 * 60 * 1000;

it('a client that comes again is known, until trust or time has changed', async () => {
  const clock = virtualClock(Date.now());
  const [authority, other] = await Promise.all([makeAuthority('one'), makeAuthority('other')]);
  const client = await makeCertificate({ purposes: [purposes.client], until: hour }, authority);
  const trusting = (cert: string): Trust => ({ authorities: [new X509Certificate(cert)], revocations: [] });
  let trust = trusting(authority.cert);
  const verify = createChainVerifier(() => trust, clock);
  /** A list of its own, as each connection has one. */
  const connect = () => verify([new X509Certificate(client.cert)]);

  const first = await connect();
  assert.ok('path' in first);
  // At once, and the same value: what others remember by it holds.
  assert.equal(connect(), first);

  trust = trusting(other.cert);
  assert.ok('problem' in (await connect()));
  trust = trusting(authority.cert);
  assert.ok('path' in (await connect()));

  clock.advance(2 * hour);
  assert.ok('problem' in (await connect()));
});
