import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createApiServer } from '../../src/server.ts';
import { defaultSettings } from '../../src/server-options.ts';
import { memoryKv } from '../endpoints/kit.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const descriptors = '/proc/self/fdinfo';

/** Files and directories that this process watches, as Linux counts them. */
const watched = (): number =>
  readdirSync(descriptors)
    .filter((name) => existsSync(join(descriptors, name)))
    .map((name) => readFileSync(join(descriptors, name), 'utf8'))
    .reduce((sum, text) => sum + (text.match(/^inotify wd:/gm) ?? []).length, 0);

test('a server that cannot be made follows no files', { skip: !existsSync(descriptors) }, async () => {
  await using directory = await temporaryDirectory();
  const policyFile = join(directory.path, 'policy.yaml');
  await writeFile(policyFile, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n');
  const before = watched();
  const server = (authorization: object) =>
    createApiServer({
      ...defaultSettings,
      kv: memoryKv(),
      clock: virtualClock(),
      random: seededRandom(1),
      log: silentLog,
      audit: { ...defaultSettings.audit, policyFile, onEvent: () => {} },
      authorization: { ...defaultSettings.authorization, ...authorization },
    });
  const good = await server({});
  assert.equal(watched(), before + 1, 'what a server follows is seen here');
  await good.close();
  assert.equal(watched(), before);
  await assert.rejects(server({ configFile: join(directory.path, 'none.yaml') }));
  assert.equal(watched(), before);
});
