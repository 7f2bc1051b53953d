import { tryParseQuantity } from '../../apimachinery/quantity.ts';

/** The simulated nodes of a cluster; each field is a flag. */
export interface NodeSettings {
  /** `--run-nodes`: whether nodes are simulated at all. */
  readonly run: boolean;
  /** `--nodes`: how many are registered: `node-1`, `node-2`, … */
  readonly count: number;
  /** `--node-capacity`: amounts that replace or join the default ones. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** What a node has unless it is told otherwise; the amount of pods is the kubelet's default. */
export const defaultCapacity: Readonly<Record<string, string>> = Object.freeze({
  cpu: '8',
  memory: '32Gi',
  'ephemeral-storage': '100Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  pods: '110',
});

/** More have not been tried. */
export const maxNodes = 20_000;

/** Throws an Error for settings that make no sense. */
export function checkNodes({ count, capacity }: NodeSettings): void {
  if (!Number.isInteger(count) || count < 0 || count > maxNodes) {
    throw new Error(`--nodes: must be a number from 0 to ${maxNodes}`);
  }
  for (const [name, amount] of Object.entries(capacity)) {
    const quantity = tryParseQuantity(amount);
    if (!quantity || quantity.nano < 0n) {
      throw new Error(`--node-capacity: ${JSON.stringify(amount)} is not an amount of ${name}`);
    }
  }
}
