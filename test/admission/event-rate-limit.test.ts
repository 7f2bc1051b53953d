import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdmission } from '../../src/admission/index.ts';
import { definitionOf } from '../registry/kit.ts';
import { activeNamespace, apply, inNamespace, refused, toolsOver } from './helper.ts';

const event = (namespace: string, about: string) =>
  inNamespace(namespace, apply('v1', 'Event', `${about}.1`, { involvedObject: { name: about } }));

async function limited(...limits: object[]) {
  const { tools, clock } = await toolsOver([activeNamespace('a'), activeNamespace('b')]);
  const configurations = limits.length > 0 ? { EventRateLimit: { limits } } : {};
  const chain = createAdmission(tools, { enable: ['EventRateLimit'], disable: [], configurations });
  const send = async (object = event('a', 'x'), { user = 'u', dryRun = false } = {}) => {
    const { namespace = '', name = '' } = object.metadata;
    await chain.validate({
      operation: 'CREATE',
      definition: definitionOf(object),
      subresource: '',
      namespace,
      name,
      object,
      user: { name: user, groups: [] },
      dryRun,
      forms: () => assert.fail('nobody outside is asked'),
      warn: () => {},
      annotate: () => {},
      annotateContent: () => {},
    });
  };
  return { send, clock };
}

test('a burst of events is taken, then as many as the rate lets through', async () => {
  const { send, clock } = await limited({ type: 'Server', qps: 2, burst: 3 });
  const reached = 'Too many requests: limit reached on type Server for key ';
  for (let i = 0; i < 3; i++) await send();
  await refused(429, reached, send());
  await send(event('a', 'x'), { dryRun: true });
  await send(inNamespace('a', apply('v1', 'ConfigMap', 'x')));
  await refused(429, reached, send());
  clock.advance(499);
  await refused(429, reached, send());
  clock.advance(1);
  await send();
  await refused(429, reached, send());
  clock.advance(3_600_000);
  for (let i = 0; i < 3; i++) await send();
  await refused(429, reached, send());
});

test('namespaces, users and objects have buckets of their own', async () => {
  const one = { qps: 1, burst: 1 };
  const byNamespace = await limited({ type: 'Namespace', ...one });
  await byNamespace.send(event('a', 'x'));
  await byNamespace.send(event('b', 'x'));
  await refused(
    429,
    'Too many requests: limit reached on type Namespace for key a',
    byNamespace.send(event('a', 'y')),
  );
  const byBoth = await limited({ type: 'User', ...one }, { type: 'SourceAndObject', ...one });
  await byBoth.send(event('a', 'x'), { user: 'u' });
  await byBoth.send(event('a', 'y'), { user: 'v' });
  await refused(
    429,
    'Too many requests: [limit reached on type User for key u, limit reached on type SourceAndObject for key x]',
    byBoth.send(event('a', 'x'), { user: 'u' }),
  );
});

test('the bucket that was not used for longest is forgotten', async () => {
  const { send } = await limited({ type: 'User', qps: 1, burst: 1, cacheSize: 2 });
  const by = (user: string) => send(event('a', 'x'), { user });
  await by('u');
  await by('v');
  await refused(429, 'Too many requests: limit reached on type User for key u', by('u'));
  await by('w');
  await refused(429, 'Too many requests: limit reached on type User for key u', by('u'));
  await by('v');
});

test('without limits there is no plugin', async () => {
  await assert.rejects(limited(), {
    message:
      'couldn\'t init admission plugin "EventRateLimit": limits: Invalid value: null: must not be empty',
  });
});
