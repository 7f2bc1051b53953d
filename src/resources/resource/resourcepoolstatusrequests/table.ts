import type { TableDefinition } from '../../../scheme/definition.ts';
import { ageOf, column, nameColumn, none } from '../../cells.ts';
import { type PoolRequestStatus, type PoolStatus, specOf, statusOf } from './types.ts';

const outcomes = ['Complete', 'Failed'];

/** The condition that says how the request ended. */
const outcomeOf = (status: PoolRequestStatus | undefined) =>
  (status?.conditions ?? []).find(
    ({ type, status: value }) => value === 'True' && outcomes.includes(type ?? ''),
  );

function countsOf(status: PoolRequestStatus | undefined): string[] {
  if (!status || outcomeOf(status)?.type === 'Failed') return Array<string>(5).fill('-');
  const pools = status.pools ?? [];
  const sum = (field: Exclude<keyof PoolStatus, 'validationError'>) =>
    String(pools.reduce((total, pool) => total + (pool[field] ?? 0), 0));
  return [
    sum('totalDevices'),
    sum('availableDevices'),
    sum('allocatedDevices'),
    sum('unavailableDevices'),
    String(pools.filter(({ validationError }) => validationError !== undefined).length),
  ];
}

function statusText(status: PoolRequestStatus | undefined): string {
  const outcome = outcomeOf(status)?.type ?? 'Pending';
  const [shown, all] = [status?.pools?.length ?? 0, status?.poolCount ?? 0];
  return outcome === 'Complete' && all > shown ? `Complete (${shown}/${all} pools)` : outcome;
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Driver', 'Driver whose pools are asked about.'),
    column('Total', 'Devices in the pools.'),
    column('Available', 'Devices that can be allocated.'),
    column('Allocated', 'Devices that are in use.'),
    column('Unavailable', 'Devices that cannot be allocated.'),
    column('Errors', 'Pools that are not valid.'),
    column('Pools', 'Number of pools.', 'integer'),
    column('Status', 'Whether the request has been answered.'),
    column('Completed', 'How long ago it was answered.'),
  ],
  row: (request, nowMs) => {
    const status = statusOf(request);
    const outcome = outcomeOf(status);
    const completed = outcome?.type === 'Complete' ? ageOf(outcome.lastTransitionTime, nowMs) : none;
    return {
      cells: [
        request.metadata.name ?? '',
        specOf(request).driver ?? '',
        ...countsOf(status),
        status?.poolCount ?? 0,
        statusText(status),
        completed,
      ],
    };
  },
};
