import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Answer, expectCode } from '../../helpers/api.ts';
import { allow, type Hooked, hooked } from './kit.ts';

/** A cluster with a validating webhook for each of these, named so; they allow everything. */
export async function choosing(t: TestContext, table: Readonly<Record<string, object>>): Promise<Hooked> {
  const use = await hooked(t);
  await use.validating('v', ...Object.entries(table).map(([name, more]) => use.hook(name, allow(), more)));
  return use;
}

/** The request is made and these are asked, no others. */
export async function asks(
  use: Hooked,
  request: Promise<Answer>,
  code: number,
  names: string,
): Promise<void> {
  expectCode(await request, code);
  assert.deepEqual(use.who().join(' '), names);
}
