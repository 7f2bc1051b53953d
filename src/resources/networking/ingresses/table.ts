import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { IIngressRule } from 'kubernetes-models/networking.k8s.io/v1/IngressRule';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';
import { ingressPoints } from '../../load-balancer.ts';

const maxShownHosts = 3;

/** Rules without a host take no place in the list, but count among those that are left out. */
function hostsText(rules: readonly IIngressRule[]): string {
  const shown: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (shown.length === maxShownHosts) more = true;
    else if (host) shown.push(host);
  }
  if (shown.length === 0) return '*';
  return more ? `${shown.join(',')} + ${rules.length - maxShownHosts} more...` : shown.join(',');
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Class', 'Class of the controller that serves the ingress.'),
    column('Hosts', 'Hosts that the rules are for.'),
    column('Address', 'Addresses at which the ingress is reached.'),
    column('Ports', 'Ports at which the ingress is reached.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { spec, status } = object as unknown as IIngress;
    return {
      cells: [
        object.metadata.name ?? '',
        spec?.ingressClassName ?? none,
        hostsText(spec?.rules ?? []),
        ingressPoints(status?.loadBalancer?.ingress).join(','),
        spec?.tls && spec.tls.length > 0 ? '80, 443' : '80',
        age(object, nowMs),
      ],
    };
  },
};
