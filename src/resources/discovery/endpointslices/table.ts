import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1/EndpointSlice';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, firstOf, nameColumn, unset } from '../../cells.ts';

const maxShown = 3;

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('AddressType', 'Kind of the addresses: IPv4, IPv6 or FQDN.'),
    column('Ports', 'Ports that every endpoint serves.'),
    column('Endpoints', 'Addresses of the endpoints.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { addressType, ports, endpoints } = object as unknown as IEndpointSlice;
    const portTexts = (ports ?? []).map(({ port, name }) => (port !== undefined ? `${port}` : (name ?? '*')));
    const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
    return {
      cells: [
        object.metadata.name ?? '',
        addressType ?? '',
        firstOf(portTexts, maxShown) || unset,
        firstOf(addresses, maxShown) || unset,
        age(object, nowMs),
      ],
    };
  },
};
