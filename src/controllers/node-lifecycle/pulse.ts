import type { Clock, Timer } from '../../apimachinery/clock.ts';
import type { Informer } from '../../client/informer.ts';
import type { Lease, Node } from '../../client/kinds.ts';
import { conditionOf } from './states.ts';

/** Silence after which a node is no longer relied on (`--node-monitor-grace-period`), and after which one that never spoke is not. */
const graceMs = 50_000;
const startupGraceMs = 60_000;
/** How much later a look may be than it was meant to be; more means that time has jumped, or that this process stood still. */
const lateMs = 1_000;
/** As long as a node takes to speak again. */
const secondLookMs = 10_000;

const leaseNamespace = 'kube-node-lease';

/** Which nodes have been heard of lately: by their leases, or by the times in their conditions. */
export interface Pulse {
  hear(node: Node): void;
  isSilent(name: string): boolean;
  forget(name: string): void;
  stop(): void;
}

export interface PulseOptions {
  readonly clock: Clock;
  readonly nodes: Informer<Node>;
  readonly leases: Informer<Lease>;
  /** Called once when a node has fallen silent. */
  readonly onSilence: (name: string) => void;
}

interface Heard {
  atMs: number;
  readonly of: string;
  heartbeat: string;
  silent: boolean;
  /** It was late for the first look already. */
  suspected: boolean;
  timer: Timer | undefined;
  dueMs: number;
}

export function createPulse({ clock, nodes, leases, onSilence }: PulseOptions): Pulse {
  const heard = new Map<string, Heard>();
  const graceOf = (name: string) => {
    const node = nodes.get('', name);
    return node && conditionOf(node, 'Ready') ? graceMs : startupGraceMs;
  };
  const look = (name: string, one: Heard, dueMs: number) => {
    if (heard.get(name) !== one) return;
    const leftMs = one.atMs + graceOf(name) - clock.now();
    if (leftMs > 0) {
      one.suspected = false;
      arm(name, one, leftMs);
    } else if (!one.suspected && clock.now() - dueMs > lateMs) {
      // Nobody had the time to speak since.
      one.suspected = true;
      arm(name, one, secondLookMs);
    } else {
      one.silent = true;
      one.timer = undefined;
      onSilence(name);
    }
  };
  const arm = (name: string, one: Heard, delayMs: number) => {
    const dueMs = clock.now() + delayMs;
    one.timer?.cancel();
    one.dueMs = dueMs;
    one.timer = clock.setTimer(delayMs, () => look(name, one, dueMs));
  };
  const note = (name: string, one: Heard) => {
    one.atMs = clock.now();
    const wasSilent = one.silent;
    one.silent = false;
    one.suspected = false;
    const graceLeftMs = graceOf(name);
    if (!one.timer || one.dueMs > one.atMs + graceLeftMs) arm(name, one, graceLeftMs);
    if (wasSilent) onSilence(name);
  };
  const unsubscribe = leases.onChange((after, before) => {
    if (after?.metadata.namespace !== leaseNamespace) return;
    const one = heard.get(after.metadata.name);
    if (one && after.spec?.renewTime !== before?.spec?.renewTime) note(after.metadata.name, one);
  });
  const forget = (name: string) => {
    heard.get(name)?.timer?.cancel();
    heard.delete(name);
  };
  return {
    hear(node) {
      const { name, uid } = node.metadata;
      const known = heard.get(name);
      if (known && known.of !== uid) forget(name);
      const heartbeat = heartbeatOf(node);
      const one = heard.get(name);
      if (one) {
        if (one.heartbeat === heartbeat) return;
        one.heartbeat = heartbeat;
        note(name, one);
        return;
      }
      const made: Heard = {
        atMs: clock.now(),
        of: uid,
        heartbeat,
        silent: false,
        suspected: false,
        timer: undefined,
        dueMs: 0,
      };
      heard.set(name, made);
      arm(name, made, graceOf(name));
    },
    isSilent: (name) => heard.get(name)?.silent === true,
    forget,
    stop() {
      unsubscribe();
      for (const name of [...heard.keys()]) forget(name);
    },
  };
}

/** When the node last spoke of itself; what others say of it when it is silent is not that. */
function heartbeatOf(node: Node): string {
  const ready = conditionOf(node, 'Ready');
  return ready && ready.status !== 'Unknown' ? `${ready.status} ${ready.lastHeartbeatTime}` : 'none';
}
