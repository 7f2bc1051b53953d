import { type Bench, createNamespace } from '../bench.ts';
import { openConnection } from '../load/connection.ts';
import { countWatch, namesOf, readyNode } from '../load/count-watch.ts';
import type { RequestTemplate } from '../load/jobs.ts';
import { podsPath } from '../load/pod.ts';
import { fetchBytes } from '../load/send.ts';
import { residentMiB } from '../subjects/process-figures.ts';
import type { Server } from '../subjects/types.ts';
import type { Part } from './part.ts';

const clients = 32;
const replicas = 3;
/** What KWOK promises for 5,000 nodes, 10,000 pods and 10,000 deletions: how long each may take, milliseconds. */
const gates = { nodes: 60_000 / 5_000, pods: 60_000 / 10_000, deletions: 90_000 / 10_000 };
const gateName = "KWOK's gate";
const patienceMs = 300_000;

/** The whole cluster over the wire: controllers, scheduler and simulated nodes. */
export const cluster: Part = {
  name: 'cluster',
  async run(bench) {
    const { clusterNodes, manyNodes, clusterPods, deployments } = bench.options;
    const many = await startNodes(bench, manyNodes);
    await many.stop();
    const server = await startNodes(bench, clusterNodes);
    try {
      await runDeployments(bench, server, deployments);
      await runPods(bench, server, clusterPods);
      await deletePods(bench, server, clusterPods);
      await deleteNamespace(bench, server, clusterPods);
    } finally {
      await server.stop();
    }
  },
};

const counted = (count: number, what: string) => `${count.toLocaleString('en-US')} ${what}`;
const running = (namespace: string) =>
  `${podsPath(namespace)}?watch=true&fieldSelector=status.phase%3DRunning`;

async function startNodes(bench: Bench, nodes: number): Promise<Server> {
  const label = counted(nodes, 'nodes Ready');
  bench.progress.show(label);
  const directory = await bench.emptyDirectory(`cluster-${nodes}`);
  const startedMs = performance.now();
  const server = await bench.kinds[0]!.start(directory, [`--nodes=${nodes}`]);
  try {
    await timed(bench, server, label, '/api/v1/nodes?watch=true', nodes, readyNode, {
      gateMs: gates.nodes * nodes,
      startedMs,
    });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

interface Timing {
  readonly gateMs?: number;
  readonly startedMs?: number;
  /** Measured beside another row, which has the stalls and the memory of both. */
  readonly beside?: boolean;
  /** Begins what is waited for. */
  readonly act?: () => Promise<unknown>;
}

/** Acts, and records how long it takes until a watcher saw all of it, with the longest stall and the memory then. */
async function timed(
  bench: Bench,
  server: Server,
  label: string,
  path: string,
  wanted: number,
  keyOf: (line: string) => string | undefined,
  { gateMs, startedMs, beside = false, act }: Timing,
): Promise<number> {
  bench.progress.show(label);
  const connection = await openConnection(server.endpoint);
  const timer = new AbortController();
  try {
    // What happened before is not of this row, unless its start is.
    if (startedMs === undefined && !beside) await server.stallMs?.();
    const fromMs = startedMs ?? performance.now();
    const watch = countWatch(connection, path, wanted, keyOf);
    const late = new Promise<never>((_, reject) => {
      const timeout = setTimeout(
        () => reject(new Error(`${label}: ${watch.count()} after ${patienceMs / 1000} s`)),
        patienceMs,
      );
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    const [endMs] = await Promise.race([Promise.all([watch.reached, act?.()]), late]);
    const value = endMs - fromMs;
    const figure = { value, stallMs: beside ? undefined : await server.stallMs?.() };
    bench.record({
      part: 'cluster',
      label,
      unit: 'ms',
      figures: { [server.name]: figure, ...(gateMs === undefined ? {} : { [gateName]: { value: gateMs } }) },
      ...(gateMs === undefined ? {} : { baseline: { subject: gateName, ratio: value / gateMs } }),
    });
    const memory = beside ? undefined : residentMiB(server.pids);
    if (memory !== undefined)
      bench.record({ part: 'memory', label, unit: 'MiB', figures: { [server.name]: { value: memory } } });
    return value;
  } finally {
    timer.abort();
    connection.close();
  }
}

async function send(bench: Bench, { endpoint }: Server, request: RequestTemplate, requests: number) {
  const { failures } = await bench.load.run({ kind: 'requests', endpoint, request, clients, requests });
  const [failure] = Object.entries(failures);
  if (failure) throw new Error(`${request.method} ${request.path}: ${failure[1]} times ${failure[0]}`);
}

const container = { name: 'app', image: 'registry.example.com/team/app:1.2.3' };

async function runDeployments(bench: Bench, server: Server, count: number): Promise<void> {
  const namespace = 'bench-deployments';
  await createNamespace(server, namespace);
  const labels = { app: 'web-{n}' };
  const request = {
    method: 'POST',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    body: JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-{n}' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    }),
  };
  const label = `${counted(count, 'deployments')}, all pods Running`;
  await timed(bench, server, label, running(namespace), count * replicas, namesOf('ADDED'), {
    act: () => send(bench, server, request, count),
  });
}

async function runPods(bench: Bench, server: Server, count: number): Promise<void> {
  const namespace = 'bench-pods';
  await createNamespace(server, namespace);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod-{n}' } };
  const body = JSON.stringify({ ...pod, spec: { containers: [container] } });
  const request = { method: 'POST', path: podsPath(namespace), body };
  const scheduled = `${podsPath(namespace)}?watch=true&fieldSelector=spec.nodeName%21%3D`;
  const label = counted(count, 'pods');
  const act = () => send(bench, server, request, count);
  const gateMs = gates.pods * count;
  const [, scheduledMs] = await Promise.all([
    timed(bench, server, `${label} Running`, running(namespace), count, namesOf('ADDED'), { gateMs, act }),
    timed(bench, server, `${label} scheduled`, scheduled, count, namesOf('ADDED'), { beside: true }),
  ]);
  bench.record({
    part: 'cluster-rate',
    label: `${label} scheduled`,
    unit: '/s',
    figures: { [server.name]: { value: (count / scheduledMs) * 1000 } },
  });
}

async function deletePods(bench: Bench, server: Server, count: number): Promise<void> {
  const namespace = 'bench-pods';
  const request = { method: 'DELETE', path: `${podsPath(namespace)}/pod-{n}` };
  const label = counted(count, 'pods deleted');
  const path = `${podsPath(namespace)}?watch=true`;
  await timed(bench, server, label, path, count, namesOf('DELETED'), {
    gateMs: gates.deletions * count,
    act: () => send(bench, server, request, count),
  });
}

async function deleteNamespace(bench: Bench, server: Server, count: number): Promise<void> {
  const namespace = 'bench-going';
  await createNamespace(server, namespace);
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map-{n}' } });
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  await send(bench, server, { method: 'POST', path, body }, count);
  const label = `namespace with ${counted(count, 'objects')} gone`;
  const watch = `/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3D${namespace}`;
  await timed(bench, server, label, watch, 1, namesOf('DELETED'), {
    gateMs: gates.deletions * count,
    act: async () => {
      const connection = await openConnection(server.endpoint);
      await fetchBytes(connection, 'DELETE', `/api/v1/namespaces/${namespace}`);
      connection.close();
    },
  });
}
