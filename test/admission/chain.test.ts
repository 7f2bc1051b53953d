import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { createAdmission } from '../../src/admission/index.ts';
import { absentPlugins, builtinPlugins } from '../../src/admission/plugins.ts';
import { toolsOver } from './helper.ts';

const { tools } = await toolsOver([]);
/** Configuration without which a plugin cannot be. */
const needed: Readonly<Record<string, unknown>> = {
  EventRateLimit: { limits: [{ type: 'Server', qps: 1, burst: 1 }] },
  ImagePolicyWebhook: { connect: () => ({ close: () => {} }) },
};
const chain = (enable: string[], disable: string[], warn?: (text: string) => void) =>
  createAdmission(tools, { enable, disable, ...(warn ? { warn } : {}) });

/** Plugins that are two sides of one thing. */
const shared: Readonly<Record<string, string>> = {
  MutatingAdmissionWebhook: 'webhooks',
  ValidatingAdmissionWebhook: 'webhooks',
};

test('every plugin has a folder that is called like it, and no name is there twice', () => {
  const kebab = (name: string) =>
    name
      .replace('IPs', 'Ips')
      .replace(/(?<=.)([A-Z])/g, '-$1')
      .toLowerCase();
  const folders = readdirSync(new URL('../../src/admission/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const wanted = new Set(builtinPlugins.map(({ name }) => shared[name] ?? kebab(name)));
  assert.deepEqual(folders.sort(), [...wanted].sort());
  for (const { name, factory } of builtinPlugins) {
    assert.equal(factory(tools, needed[name]).name, name);
  }
  const names = [...builtinPlugins.map(({ name }) => name), ...absentPlugins];
  assert.equal(new Set(names).size, names.length);
});

test('plugins run in the order of the list, whatever the order of the flags', () => {
  const isIn = (names: readonly string[]) => (name: string) => names.includes(name);
  const all = builtinPlugins.map(({ name }) => name);
  const byDefault = builtinPlugins
    .filter(({ onByDefault, besideControllers }) => onByDefault && !besideControllers)
    .map(({ name }) => name);
  assert.deepEqual(
    chain(['AlwaysDeny', 'StorageObjectInUseProtection', 'Priority', 'AlwaysAdmit'], []).names,
    all.filter(isIn([...byDefault, 'AlwaysAdmit', 'StorageObjectInUseProtection', 'AlwaysDeny'])),
  );
  assert.deepEqual(
    chain([], ['LimitRanger', 'AlwaysPullImages']).names,
    byDefault.filter((name) => name !== 'LimitRanger'),
  );
});

test('names of plugins are checked', () => {
  assert.throws(() => chain(['Nope'], []), {
    message: 'enable-admission-plugins plugin "Nope" is unknown',
  });
  assert.throws(() => chain([], ['Nope']), {
    message: 'disable-admission-plugins plugin "Nope" is unknown',
  });
  assert.throws(() => chain(['Priority', 'LimitRanger'], ['Priority', 'LimitRanger']), {
    message: '[LimitRanger Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  });
  const warnings: string[] = [];
  chain(['JobValidation'], ['MutatingAdmissionPolicy'], (text) => warnings.push(text));
  assert.deepEqual(warnings, ['admission plugin JobValidation is not available and has no effect']);
});
