import { matchesNodeAffinity, matchesTerm } from '../node-affinity.ts';
import { placingEffects, tolerates, untolerated } from '../taints.ts';
import type { NodeState } from './cluster-state.ts';
import type { HostPort } from './pod-needs.ts';
import { type FilterPlugin, normalized, type ScorePlugin, type Verdict } from './types.ts';

const never = (reason: string): Verdict => ({ reasons: [reason], resolvable: false });
const notNow = (reason: string): Verdict => ({ reasons: [reason], resolvable: true });

const unschedulableTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
const cordoned = never('node(s) were unschedulable');

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  wokenBy: ['node', 'pod itself'],
  prepare({ pod }) {
    const tolerated = pod.spec?.tolerations?.some((toleration) => tolerates(toleration, unschedulableTaint));
    if (tolerated) return undefined;
    return ({ node }) => (node?.spec?.unschedulable ? cordoned : undefined);
  },
};

const elsewhere = never("node(s) didn't match the requested node name");

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  wokenBy: ['node'],
  prepare({ pod }) {
    const wanted = pod.spec?.nodeName;
    return wanted ? ({ name }) => (name === wanted ? undefined : elsewhere) : undefined;
  },
};

const tainted = never('node(s) had untolerated taint(s)');

export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  wokenBy: ['node', 'pod itself'],
  prepare({ pod }) {
    return ({ node }) =>
      untolerated(node?.spec?.taints, pod.spec?.tolerations, placingEffects) ? tainted : undefined;
  },
  weight: 3,
  scores({ pod }, nodes) {
    if (nodes.every(({ node }) => !node?.spec?.taints)) return undefined;
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    const disliked = nodes.map(
      ({ node }) =>
        (node?.spec?.taints ?? []).filter(
          (taint) =>
            taint.effect === 'PreferNoSchedule' &&
            !tolerations.some((toleration) => tolerates(toleration, taint)),
        ).length,
    );
    return normalized(disliked, true);
  },
};

const unwanted = never("node(s) didn't match Pod's node affinity/selector");

export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  wokenBy: ['node', 'pod itself'],
  prepare({ pod: { spec } }) {
    const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!spec?.nodeSelector && !required) return undefined;
    return ({ node }) => (matchesNodeAffinity(spec, node!) ? undefined : unwanted);
  },
  weight: 2,
  scores({ pod }, nodes) {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    // An empty preference prefers every node.
    const weightFor = ({ node }: NodeState) =>
      preferred.reduce(
        (sum, { preference, weight }) =>
          (preference.matchExpressions ?? preference.matchFields ?? []).length === 0 ||
          matchesTerm(preference, node!)
            ? sum + weight
            : sum,
        0,
      );
    return normalized(nodes.map(weightFor));
  },
};

const portsTaken = notNow("node(s) didn't have free ports for the requested pod ports");
const anyAddress = '0.0.0.0';

const clash = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);

export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  wokenBy: ['node', 'pod gone'],
  prepare({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return ({ pods }) => {
      for (const other of pods.values()) {
        if (other.hostPorts.some((taken) => hostPorts.some((wanted) => clash(taken, wanted)))) {
          return portsTaken;
        }
      }
      return undefined;
    };
  },
};
