import type { ResourcePattern } from '../encryption/resource-pattern.ts';
import { Refusal, type Server, serverAt } from './ask-server.ts';
import type { Output, Tool } from './command.ts';
import { UsageError } from './parse-flags.ts';
import { type Progress, progressBar } from './progress.ts';
import { defaultKubeconfig, toolArguments } from './tool-arguments.ts';

const usage = `Writes objects of a running server again as they are, so that they are stored with the newest key of
--encryption-provider-config, or unencrypted where that says so.

Usage:
  binnacle rewrite RESOURCE… [flags]

  binnacle rewrite secrets
  binnacle rewrite secrets configmaps '*.apps'
  binnacle rewrite '*.*'

Flags:
      --kubeconfig path     (default $KUBECONFIG, or ~/.kube/config)
  -h, --help

Whoever asks must be allowed to list and to update the resources. Objects that somebody else changes meanwhile are stored with
the newest key by that change.
`;

const options = {
  kubeconfig: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Writes objects again, with the newest key. */
export const rewrite: Tool = Object.freeze({
  name: 'rewrite',
  summary: 'Writes objects again, encrypted with the newest key.',
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (values.help) {
      output.out(usage);
      return 0;
    }
    const [{ readWebhookTarget }, { realClock }, { parseGroupResource, resourceProblem }] = await Promise.all(
      [
        import('../webhook/read-target.ts'),
        import('../apimachinery/clock.ts'),
        import('../encryption/resource-pattern.ts'),
      ],
    );
    if (positionals.length === 0)
      throw new UsageError('rewrite takes resources, such as: binnacle rewrite secrets');
    for (const text of positionals) {
      const problem = resourceProblem(text);
      if (problem !== undefined) throw new UsageError(`${text}: ${problem}`);
    }
    const server = serverAt(await readWebhookTarget(values.kubeconfig ?? defaultKubeconfig(), realClock));
    const progress = progressBar(output, process.stderr.isTTY === true);
    try {
      const resources = await matching(server, positionals.map(parseGroupResource));
      let failures = 0;
      for (const resource of resources) failures += await rewriteAll(server, resource, progress, output);
      return failures === 0 ? 0 : 1;
    } finally {
      server.close();
    }
  },
} satisfies Tool);

interface Resource {
  /** `secrets`, `deployments.apps`. */
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** `/api/v1`, `/apis/apps/v1`. */
  readonly base: string;
  readonly name: string;
  readonly namespaced: boolean;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What the server serves of what is asked for. Throws an Error for an entry that matches nothing. */
async function matching(server: Server, patterns: readonly ResourcePattern[]): Promise<Resource[]> {
  const { groups } = (await server.ask('GET', '/apis')) as {
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  };
  const served = [
    { group: '', apiVersion: 'v1', base: '/api/v1' },
    ...groups.map(({ name, preferredVersion: { groupVersion } }) => ({
      group: name,
      apiVersion: groupVersion,
      base: `/apis/${groupVersion}`,
    })),
  ];
  const found: Resource[] = [];
  const used = new Set<ResourcePattern>();
  for (const { group, apiVersion, base } of served) {
    const { resources } = (await server.ask('GET', base)) as { resources: ApiResource[] };
    for (const { name, kind, namespaced, verbs } of resources) {
      const pattern = patterns.find((one) => one.matches({ group, resource: name }));
      if (!pattern || !['list', 'update'].every((verb) => verbs.includes(verb))) continue;
      used.add(pattern);
      found.push({
        text: group === '' ? name : `${name}.${group}`,
        apiVersion,
        kind,
        base,
        name,
        namespaced,
      });
    }
  }
  const unknown = patterns.find((pattern) => !used.has(pattern));
  if (unknown) throw new Error(`the server has no resource ${unknown.text} that can be listed and updated`);
  return found;
}

interface StoredObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Page {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly StoredObject[];
}

/** Objects that are held here at once, and of which so many are under way. */
const pageSize = 250;
const concurrency = 8;

/** Answers how many could not be written. */
async function rewriteAll(
  server: Server,
  resource: Resource,
  progress: Progress,
  output: Output,
): Promise<number> {
  const { base, name, text } = resource;
  const counts = { written: 0, others: 0, failed: 0 };
  let next = '';
  do {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(next === '' ? {} : { continue: next }),
    });
    const page = (await server.ask('GET', `${base}/${name}?${query}`)) as Page;
    const before = counts.written + counts.others + counts.failed;
    const total = before + page.items.length + (page.metadata.remainingItemCount ?? 0);
    const waiting = page.items.values();
    const work = async () => {
      for (const object of waiting) {
        await writeAgain(server, resource, object, counts, output);
        progress.step(counts.written + counts.others + counts.failed, total, text);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    next = page.metadata.continue ?? '';
  } while (next !== '');
  progress.end();
  const others = counts.others === 0 ? '' : `, ${counts.others} changed or deleted by others meanwhile`;
  const failed = counts.failed === 0 ? '' : `, ${counts.failed} FAILED`;
  output.out(`${text}: ${counts.written} written again${others}${failed}\n`);
  return counts.failed;
}

async function writeAgain(
  server: Server,
  { base, name, namespaced, apiVersion, kind }: Resource,
  object: StoredObject,
  counts: { written: number; others: number; failed: number },
  output: Output,
): Promise<void> {
  const { namespace = '', name: own } = object.metadata;
  const place = `${namespaced ? `namespaces/${namespace}/` : ''}${name}/${encodeURIComponent(own)}`;
  try {
    await server.ask('PUT', `${base}/${place}`, { ...object, apiVersion, kind });
    counts.written++;
  } catch (error) {
    if (error instanceof Refusal && (error.code === 404 || error.code === 409)) counts.others++;
    else {
      counts.failed++;
      output.err(`${place}: ${(error as Error).message}\n`);
    }
  }
}
