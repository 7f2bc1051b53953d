import type { NodeState } from './cluster-state.ts';
import type { Amounts, PodNeeds } from './pod-needs.ts';
import { type FilterPlugin, maxScore, type ScorePlugin, type Verdict } from './types.ts';

const tooMany = 'Too many pods';

/** What a node has too little of. */
function lacking(
  needs: PodNeeds,
  { allocatable, allowedPods, requested, pods }: NodeState,
): Verdict | undefined {
  const reasons: string[] = [];
  let resolvable = true;
  const check = (name: string, wanted: number, has: number, used: number) => {
    if (wanted === 0 || wanted <= has - used) return;
    reasons.push(`Insufficient ${name}`);
    if (wanted > has) resolvable = false;
  };
  if (pods.size + 1 > allowedPods) reasons.push(tooMany);
  const { cpu, memory, ephemeralStorage, others } = needs.requests;
  check('cpu', cpu, allocatable.cpu, requested.cpu);
  check('memory', memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, wanted] of others) {
    check(name, wanted, allocatable.others.get(name) ?? 0, requested.others.get(name) ?? 0);
  }
  return reasons.length === 0 ? undefined : { reasons, resolvable };
}

/** The share that is left when the pod is there, averaged over what the node has. */
function leastAllocated({ weighty }: PodNeeds, { allocatable, requested }: NodeState): number {
  let [sum, weights] = [0, 0];
  const add = (used: number, has: number) => {
    if (has === 0) return;
    sum += used > has ? 0 : Math.floor(((has - used) * maxScore) / has);
    weights++;
  };
  add(requested.weightyCpu + weighty.cpu, allocatable.cpu);
  add(requested.weightyMemory + weighty.memory, allocatable.memory);
  return weights === 0 ? 0 : Math.floor(sum / weights);
}

export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: 'NodeResourcesFit',
  wokenBy: ['node', 'pod gone', 'pod itself'],
  prepare: (needs) => (state) => lacking(needs, state),
  weight: 1,
  scores: (needs, nodes) => nodes.map((state) => leastAllocated(needs, state)),
};

/** 100 when cpu and memory are used in the same proportion, less the further they are apart. */
function balance(cpu: number, memory: number, allocatable: Amounts): number {
  if (allocatable.cpu === 0 || allocatable.memory === 0) return maxScore;
  const shareOf = (used: number, has: number) => Math.min(used / has, 1);
  const deviation = Math.abs(shareOf(cpu, allocatable.cpu) - shareOf(memory, allocatable.memory)) / 2;
  return Math.floor((1 - deviation) * maxScore);
}

export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  scores({ requests }, nodes) {
    if (requests.cpu === 0 && requests.memory === 0) return undefined;
    return nodes.map(({ allocatable, requested }) => {
      const before = balance(requested.cpu, requested.memory, allocatable);
      const after = balance(requested.cpu + requests.cpu, requested.memory + requests.memory, allocatable);
      return maxScore / 2 + Math.trunc((maxScore / 2 + after - before) / 2);
    });
  },
};

const megabyte = 1024 * 1024;
/** Images of less do not count; more than the second for each container counts no more. */
const smallestImages = 23 * megabyte;
const largestImages = 1000 * megabyte;

const tagged = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;

export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  scores({ pod }, nodes, { cluster }) {
    if (nodes.every(({ images }) => images.size === 0)) return undefined;
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
    const all = cluster.nodes();
    const wanted = containers.map(({ image = '' }) => tagged(image));
    const spreads = wanted.map((image) => all.filter(({ images }) => images.has(image)).length / all.length);
    const largest = largestImages * containers.length;
    return nodes.map(({ images }) => {
      const sum = wanted.reduce((total, image, at) => total + (images.get(image) ?? 0) * spreads[at]!, 0);
      const counted = Math.min(Math.max(sum, smallestImages), largest);
      return Math.floor((maxScore * (counted - smallestImages)) / (largest - smallestImages));
    });
  },
};
