import type { IService } from 'kubernetes-models/v1/Service';
import type { IServicePort } from 'kubernetes-models/v1/ServicePort';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, labelsText, nameColumn, none, unknown, wideColumn } from '../../cells.ts';
import { ingressPoints } from '../../load-balancer.ts';

function externalAddresses({ spec, status }: IService): string {
  const given = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return given.join(',') || none;
    case 'LoadBalancer':
      return [...ingressPoints(status?.loadBalancer?.ingress), ...given].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return unknown;
  }
}

const portText = ({ port, nodePort, protocol }: IServicePort) =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Type', 'How the service is exposed.'),
    column('Cluster-IP', 'Address of the service inside the cluster.'),
    column('External-IP', 'Addresses under which the service is reached from outside.'),
    column('Port(s)', 'Ports of the service, each with its node port and protocol.'),
    ageColumn,
    wideColumn('Selector', 'Labels of the pods behind the service.'),
  ],
  row: (object, nowMs) => {
    const service = object as unknown as IService;
    const { spec } = service;
    return {
      cells: [
        object.metadata.name ?? '',
        spec?.type ?? '',
        spec?.clusterIPs?.[0] || none,
        externalAddresses(service),
        (spec?.ports ?? []).map(portText).join(',') || none,
        age(object, nowMs),
        labelsText(spec?.selector),
      ],
    };
  },
};
