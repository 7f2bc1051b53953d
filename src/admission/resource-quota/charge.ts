import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { formatQuantity, quantitySign, subQuantity, zeroQuantity } from '../../apimachinery/quantity.ts';
import {
  type Evaluator,
  limitsOf,
  type UsageChange,
  type World,
} from '../../resources/core/resourcequotas/usage/index.ts';
import { type Quantities, sumQuantities } from '../../resources/validation/resource-list.ts';
import { refuse } from '../request.ts';
import type { AdmissionRequest, ServerWriter } from '../types.ts';
import { assess, exceeded, masked } from './assess.ts';
import type { LimitedResource } from './plugin.ts';

const resourceQuotas = { group: '', resource: 'resourcequotas' };

/** What a request adds to one quota. */
export interface Charge {
  readonly quota: KubeObject;
  readonly delta: Quantities;
}

/** A request on its way through the quotas of its namespace. */
export interface Charged {
  readonly request: AdmissionRequest;
  readonly change: UsageChange;
  readonly evaluator: Evaluator;
  /** The ApiError that refuses it, once something does. */
  refusal: unknown;
  /** What it adds to which quotas. */
  charges: readonly Charge[];
}

interface ChargeTools {
  readonly writer: ServerWriter;
  readonly limited: readonly LimitedResource[];
  readonly world: World;
}

/**
 * Charges the requests to the quotas, one write for each quota. The compare-and-swap decides: whoever else writes the quota
 * meanwhile, the sum of what is let in stays within `hard`.
 */
export async function chargeAll(
  tools: ChargeTools,
  namespace: string,
  quotas: readonly KubeObject[],
  all: readonly Charged[],
): Promise<void> {
  for (const one of all) {
    try {
      one.charges = assess(one, quotas, tools.limited, tools.world);
      for (const charge of one.charges) refuseExcess(one, charge.quota, charge);
    } catch (error) {
      one.refusal = error;
    }
  }
  const writing = all.filter(({ refusal, request }) => refusal === undefined && !request.dryRun);
  const written = new Map<Charged, Charge[]>(writing.map((one) => [one, []]));
  try {
    for (const { metadata } of quotas) {
      await chargeQuota(tools.writer, namespace, metadata, writing, written);
    }
  } catch (error) {
    for (const one of writing) one.refusal ??= error;
  }
  const refused: Charge[] = [];
  for (const one of writing) {
    const charges = written.get(one)!;
    if (one.refusal !== undefined) refused.push(...charges);
    else if (charges.length > 0) one.request.reserve?.(() => giveBack(tools.writer, namespace, charges));
  }
  // Last: should it fail, the others' room has been reserved, and is given back with their writes.
  await giveBack(tools.writer, namespace, refused);
}

/** Adds to one quota what the requests use of it, in order; who does not fit any more is refused. */
async function chargeQuota(
  writer: ServerWriter,
  namespace: string,
  { name = '', uid }: KubeObject['metadata'],
  requests: readonly Charged[],
  written: ReadonlyMap<Charged, Charge[]>,
): Promise<void> {
  const concerned = requests.flatMap((one) => {
    const charge = one.charges.find(({ quota }) => quota.metadata.name === name);
    return charge && one.refusal === undefined ? [{ one, charge }] : [];
  });
  if (concerned.length === 0) return;
  let verdicts = new Map<Charged, unknown>();
  await writer.change(resourceQuotas, namespace, name, (quota) => {
    verdicts = new Map();
    // Another quota of the same name has its own say, once it is seen.
    if (quota.metadata.uid !== uid) return undefined;
    const hardNames = limitsOf(quota).hard;
    let changed: KubeObject | undefined;
    for (const { one, charge } of concerned) {
      try {
        refuseExcess(one, changed ?? quota, charge);
      } catch (error) {
        verdicts.set(one, error);
        continue;
      }
      changed = withUsed(changed ?? quota, (used) => sumQuantities(used, masked(charge.delta, hardNames)));
    }
    return changed;
  });
  for (const { one, charge } of concerned) {
    const refusal = verdicts.get(one);
    if (refusal === undefined) written.get(one)!.push(charge);
    else one.refusal = refusal;
  }
}

/** Reports of what an object uses are written also when they are beyond the quota. */
function refuseExcess({ request }: Charged, quota: KubeObject, { delta }: Charge): void {
  const why = request.subresource === 'status' ? undefined : exceeded(quota, delta);
  if (why !== undefined) throw refuse(request, why);
}

/** Takes off again what was added for writes that did not happen. */
async function giveBack(writer: ServerWriter, namespace: string, charges: readonly Charge[]): Promise<void> {
  for (const { quota, delta } of charges) {
    await writer.change(resourceQuotas, namespace, quota.metadata.name ?? '', (current) => {
      if (current.metadata.uid !== quota.metadata.uid) return undefined;
      const back = masked(delta, limitsOf(current).used);
      if (back.size === 0) return undefined;
      return withUsed(
        current,
        (used) => new Map([...used].map(([name, amount]) => [name, less(amount, back.get(name))])),
      );
    });
  }
}

function less(amount: ReturnType<typeof subQuantity>, by: typeof amount | undefined): typeof amount {
  if (!by) return amount;
  const rest = subQuantity(amount, by);
  return quantitySign(rest) < 0 ? zeroQuantity : rest;
}

/** A quota that is the same but for what of it is used. */
function withUsed(quota: KubeObject, next: (used: Quantities) => Quantities): KubeObject {
  const used = [...next(limitsOf(quota).used)].map(([name, amount]) => [name, formatQuantity(amount)]);
  const status = isRecord(quota['status']) ? quota['status'] : {};
  return { ...quota, status: { ...status, used: Object.fromEntries(used) } };
}
