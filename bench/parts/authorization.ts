import { type Bench, createNamespace } from '../bench.ts';
import type { RequestTemplate } from '../load/jobs.ts';
import { compare, measure, measureJob } from '../measure.ts';
import type { Server } from '../subjects/types.ts';
import type { Part } from './part.ts';

const namespace = 'bench-rbac';
const clients = 16;
const seedClients = 32;
const group = 'rbac.authorization.k8s.io';
/** How many times fewer bindings the other server has. */
const fewer = 100;

/** Deciding about a user among many bindings, beside the same among few. */
export const authorization: Part = {
  name: 'authorization',
  async run(bench) {
    const { bindings } = bench.options;
    const few = Math.max(Math.floor(bindings / fewer), clients);
    const [manyText, fewText] = [bindings, few].map((count) => `${count.toLocaleString('en-US')} bindings`);
    const kind = bench.kinds[0]!;
    const large = await kind.start(await bench.emptyDirectory('many-bindings'));
    const small = await kind.start(await bench.emptyDirectory('few-bindings'));
    try {
      await fill(bench, large, bindings);
      await fill(bench, small, few);
      const heading = {
        part: 'authorization',
        label: `among ${manyText}`,
        unit: 'ms',
        baseline: fewText!,
      } as const;
      await compare(bench, heading, [deciding(bench, large, kind.name), deciding(bench, small, fewText!)]);
    } finally {
      await small.stop();
      await large.stop();
    }
  },
};

/** Half of the bindings are of the namespace, half of the cluster; each names a user and a group of its own. */
async function fill(bench: Bench, server: Server, bindings: number): Promise<void> {
  await createNamespace(server, namespace);
  for (const kind of ['RoleBinding', 'ClusterRoleBinding']) {
    bench.progress.show(`${bindings} bindings for ${server.name}`);
    await measure(server.pids, () =>
      bench.load.run({
        kind: 'requests',
        endpoint: server.endpoint,
        request: createBinding(kind),
        clients: seedClients,
        requests: Math.ceil(bindings / 2),
        firstNumber: 0,
      }),
    );
  }
}

function createBinding(kind: string): RequestTemplate {
  const scope = kind === 'RoleBinding' ? `/namespaces/${namespace}` : '';
  const body = JSON.stringify({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name: 'binding-{n}' },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
    subjects: [
      { apiGroup: group, kind: 'User', name: 'user-{n}' },
      { apiGroup: group, kind: 'Group', name: 'team-{n}' },
    ],
  });
  return { method: 'POST', path: `/apis/${group}/v1${scope}/${kind.toLowerCase()}s`, body };
}

/** One who is bound in the namespace and one who is not would differ little: this one is. */
const review: RequestTemplate = {
  method: 'POST',
  path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  body: JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: 'user-{client}',
      groups: ['system:authenticated'],
      resourceAttributes: { namespace, verb: 'list', resource: 'pods' },
    },
  }),
};

const deciding = (bench: Bench, server: Server, subject: string) => ({
  subject,
  async run() {
    const sample = await measureJob(bench, server, {
      kind: 'requests',
      endpoint: server.endpoint,
      request: review,
      clients,
      durationMs: bench.options.seconds * 1000,
    });
    return { ...sample, value: sample.p50Ms! };
  },
});
