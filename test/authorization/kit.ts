import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ClusterOptions, createCluster } from '../../src/testing/cluster.ts';
import { type Answer, type Api, apiOver } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

export interface AuthorizedCluster {
  /** As cluster administrator. */
  readonly api: Api;
  /** As somebody else, through impersonation. */
  as(user: string, ...groups: string[]): Api;
}

/** A cluster with certain authorizers, until the test ends. */
export async function clusterWith(
  t: TestContext,
  authorization: ClusterOptions['authorization'],
  more: ClusterOptions = {},
): Promise<AuthorizedCluster> {
  const cluster = await createCluster({ ...more, authorization: authorization ?? {} });
  t.after(() => cluster.close());
  return {
    api: apiOver(cluster.fetch),
    as: (user, ...groups) =>
      apiOver((input, init = {}) => {
        const headers = new Headers(init.headers);
        headers.set('impersonate-user', user);
        for (const group of groups) headers.append('impersonate-group', group);
        return cluster.fetch(input, { ...init, headers });
      }),
  };
}

/** Files of the operator, until the test ends. Answers their paths. */
export async function filesFor(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = await temporaryDirectory();
  t.after(directory.remove);
  const paths = new Map<string, string>();
  for (const [name, text] of Object.entries(files)) {
    paths.set(name, join(directory.path, name));
    await writeFile(join(directory.path, name), text);
  }
  return { directory: directory.path, path: (name: string) => join(directory.path, name) };
}

/** What went wrong, of a request that no authorizer could decide. */
export function undecided(answer: Answer): string {
  assert.equal(answer.status, 500, answer.text);
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  return /^Internal Server Error: "[^"]*": (.*)\n$/.exec(answer.text)?.[1] ?? assert.fail(answer.text);
}

/** The text of the reason behind the fixed part of a 403. */
export function refusal(answer: Answer): string {
  assert.equal(answer.status, 403, answer.text);
  const { message } = answer.json as { message: string };
  return (
    /(?:at the cluster scope|in the namespace "[^"]*"|path "[^"]*")(?:: (.*))?$/s.exec(message)?.[1] ?? ''
  );
}
