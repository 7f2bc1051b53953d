import { parseQuantity } from '../../apimachinery/quantity.ts';
import type { Node, Pod } from '../../client/kinds.ts';
import { type Amounts, amountsOf, needsOf, type PodNeeds } from './pod-needs.ts';

interface Requested {
  cpu: number;
  memory: number;
  ephemeralStorage: number;
  readonly others: Map<string, number>;
  weightyCpu: number;
  weightyMemory: number;
}

/** A node, and what the pods on it take. */
export interface NodeState {
  readonly name: string;
  /** Undefined while only pods are known that say they are there. */
  node: Node | undefined;
  labels: Readonly<Record<string, string>>;
  allocatable: Amounts;
  allowedPods: number;
  /** Sizes of images by name. */
  images: ReadonlyMap<string, number>;
  readonly requested: Requested;
  readonly pods: Map<string, PodNeeds>;
  /** Pods that want to be near others or away from them. */
  readonly withAffinity: Map<string, PodNeeds>;
  /** Pods near which some others must not be. */
  readonly withAntiAffinity: Map<string, PodNeeds>;
  /** Changes with the pods and with the node. */
  generation: number;
}

export interface ClusterState {
  /** Nodes that are there, those of different zones in turn. */
  nodes(): readonly NodeState[];
  node(name: string): NodeState | undefined;
  setNode(node: Node): void;
  removeNode(name: string): void;
  /** A pod on a node, as the API says. */
  setPod(pod: Pod): void;
  removePod(uid: string): void;
  /** A pod that will be on that node unless `removePod` takes it back. */
  assume(pod: Pod, nodeName: string): void;
  isPlaced(uid: string): boolean;
  /** Nodes with pods that have any affinity; and with those that keep others away. */
  readonly affinityNodes: ReadonlySet<NodeState>;
  readonly antiAffinityNodes: ReadonlySet<NodeState>;
}

const nothing: Amounts = { cpu: 0, memory: 0, ephemeralStorage: 0, others: new Map() };
const zoneLabel = 'topology.kubernetes.io/zone';
const regionLabel = 'topology.kubernetes.io/region';

export function createClusterState(): ClusterState {
  const states = new Map<string, NodeState>();
  const places = new Map<string, { readonly state: NodeState; readonly needs: PodNeeds }>();
  const affinityNodes = new Set<NodeState>();
  const antiAffinityNodes = new Set<NodeState>();
  let ordered: readonly NodeState[] | undefined;

  const stateOf = (name: string): NodeState => {
    const known = states.get(name);
    if (known) return known;
    const made = emptyState(name);
    states.set(name, made);
    return made;
  };
  const index = (state: NodeState) => {
    toggle(affinityNodes, state, state.withAffinity.size > 0);
    toggle(antiAffinityNodes, state, state.withAntiAffinity.size > 0);
    if (!state.node && state.pods.size === 0) states.delete(state.name);
  };
  const removePod = (uid: string) => {
    const place = places.get(uid);
    if (!place) return;
    places.delete(uid);
    takePod(place.state, place.needs);
    index(place.state);
  };
  const put = (pod: Pod, nodeName: string) => {
    removePod(pod.metadata.uid);
    const place = { state: stateOf(nodeName), needs: needsOf(pod) };
    places.set(pod.metadata.uid, place);
    addPod(place.state, place.needs);
    index(place.state);
  };
  return {
    nodes: () => (ordered ??= interleaved([...states.values()].filter(({ node }) => node))),
    node(name) {
      const state = states.get(name);
      return state?.node ? state : undefined;
    },
    setNode(node) {
      const state = stateOf(node.metadata.name);
      const zone = state.node && zoneOf(state);
      fill(state, node);
      if (zone === undefined || zone !== zoneOf(state)) ordered = undefined;
    },
    removeNode(name) {
      const state = states.get(name);
      if (!state) return;
      state.node = undefined;
      ordered = undefined;
      index(state);
    },
    setPod: (pod) => put(pod, pod.spec?.nodeName ?? ''),
    removePod,
    assume: put,
    isPlaced: (uid) => places.has(uid),
    affinityNodes,
    antiAffinityNodes,
  };
}

const toggle = <T>(set: Set<T>, element: T, isIn: boolean) => {
  if (isIn) set.add(element);
  else set.delete(element);
};

const emptyState = (name: string): NodeState => ({
  name,
  node: undefined,
  labels: {},
  allocatable: nothing,
  allowedPods: 0,
  images: new Map(),
  requested: { ...nothing, others: new Map(), weightyCpu: 0, weightyMemory: 0 },
  pods: new Map(),
  withAffinity: new Map(),
  withAntiAffinity: new Map(),
  generation: 0,
});

function fill(state: NodeState, node: Node): void {
  const before = state.node;
  state.node = node;
  // A heartbeat changes neither.
  if (before?.status?.allocatable !== node.status?.allocatable || !before) {
    const quantities = Object.entries(node.status?.allocatable ?? {}).map(
      ([name, amount]) => [name, parseQuantity(String(amount))] as const,
    );
    state.allocatable = amountsOf(new Map(quantities));
    state.allowedPods = state.allocatable.others.get('pods') ?? 0;
  }
  // Names of labels may be those of what every object inherits.
  state.labels = { __proto__: null, ...node.metadata.labels } as unknown as NodeState['labels'];
  state.images = new Map(
    (node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
      names.map((name) => [name, Number(sizeBytes)] as const),
    ),
  );
  state.generation++;
}

/** Puts a pod on a node, or takes it away: for preemption, too, which tries what would be without some pods. */
export function addPod(state: NodeState, needs: PodNeeds): void {
  count(state, needs, 1);
  state.pods.set(needs.uid, needs);
  const { requiredAffinity, requiredAntiAffinity, preferredAffinity } = needs;
  const terms = requiredAffinity.length + requiredAntiAffinity.length + preferredAffinity.length;
  if (terms > 0) state.withAffinity.set(needs.uid, needs);
  if (requiredAntiAffinity.length > 0) state.withAntiAffinity.set(needs.uid, needs);
}

export function takePod(state: NodeState, needs: PodNeeds): void {
  count(state, needs, -1);
  for (const pods of [state.pods, state.withAffinity, state.withAntiAffinity]) pods.delete(needs.uid);
}

function count(state: NodeState, { requests, weighty }: PodNeeds, sign: number): void {
  const { requested } = state;
  requested.cpu += sign * requests.cpu;
  requested.memory += sign * requests.memory;
  requested.ephemeralStorage += sign * requests.ephemeralStorage;
  for (const [name, amount] of requests.others) {
    requested.others.set(name, (requested.others.get(name) ?? 0) + sign * amount);
  }
  requested.weightyCpu += sign * weighty.cpu;
  requested.weightyMemory += sign * weighty.memory;
  state.generation++;
}

const zoneOf = ({ labels }: NodeState): string => `${labels[regionLabel] ?? ''}\n${labels[zoneLabel] ?? ''}`;

/** One node of each zone, then the next of each. */
function interleaved(states: readonly NodeState[]): readonly NodeState[] {
  const zones = new Map<string, NodeState[]>();
  for (const state of states) {
    const zone = zones.get(zoneOf(state));
    if (zone) zone.push(state);
    else zones.set(zoneOf(state), [state]);
  }
  const lists = [...zones.values()];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}
