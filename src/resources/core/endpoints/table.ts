import type { IEndpointSubset } from 'kubernetes-models/v1/EndpointSubset';
import type { IEndpoints } from 'kubernetes-models/v1/Endpoints';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, firstOf, nameColumn, none } from '../../cells.ts';

const maxShown = 3;

const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

function subsetTexts({ addresses = [], ports = [] }: IEndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)));
}

export const table: TableDefinition = {
  columns: [nameColumn, column('Endpoints', 'Addresses and ports that are ready to serve.'), ageColumn],
  row: (object, nowMs) => {
    const { subsets = [] } = object as unknown as IEndpoints;
    const text = subsets.length === 0 ? none : firstOf(subsets.flatMap(subsetTexts), maxShown);
    return { cells: [object.metadata.name ?? '', text, age(object, nowMs)] };
  },
};
