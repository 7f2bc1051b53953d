import type { Informer } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import { type Pod, pods, type Service, services } from '../client/kinds.ts';
import { keyOf } from '../client/resource.ts';
import { type Source, source } from './loop.ts';

/** Which pods are behind which services, found without going through all of either. */
export interface ServicePods {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  podsOf(service: Service): readonly Pod[];
  /** Services that a pod is behind, before or after a change. */
  readonly source: Source;
}

type Labels = Readonly<Record<string, string>>;

const pairKey = (namespace: string, name: string, value: string): string => `${namespace}\n${name}=${value}`;

/** For an index: pods by each of their labels. */
const byLabel = ({ metadata }: Pod): readonly string[] =>
  Object.entries(metadata.labels ?? {}).map(([name, value]) => pairKey(metadata.namespace, name, value));

/** One of the labels that a service's pods must have; undefined when it selects none. */
function selectingKey({ metadata, spec }: Service): string | undefined {
  const [first] = Object.entries(spec?.selector ?? {});
  return first && pairKey(metadata.namespace, ...first);
}

/** For an index: services by one of the labels that they select. */
const bySelector = (service: Service): readonly string[] => {
  const key = selectingKey(service);
  return key === undefined ? [] : [key];
};

const selects = ({ spec }: Service, labels: Labels = {}): boolean =>
  Object.entries(spec?.selector ?? {}).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );

export function servicePods(informers: Informers): ServicePods {
  const knownServices = informers.of(services);
  const knownPods = informers.of(pods);
  const podsByLabel = knownPods.index(byLabel);
  const servicesByLabel = knownServices.index(bySelector);
  return {
    services: knownServices,
    pods: knownPods,
    podsOf(service) {
      const key = selectingKey(service);
      if (key === undefined) return [];
      return podsByLabel.get(key).filter(({ metadata }) => selects(service, metadata.labels));
    },
    source: source(knownPods, (after, before) => {
      const keys = new Set<string>();
      for (const pod of [before, after]) {
        for (const key of pod ? byLabel(pod) : []) {
          for (const service of servicesByLabel.get(key)) {
            if (selects(service, pod!.metadata.labels)) keys.add(keyOf(service));
          }
        }
      }
      return keys;
    }),
  };
}

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

/** The port of a pod that a service's port leads to; undefined when the pod has no port of that name. */
export function targetPort(
  { spec }: Pod,
  { targetPort: target, port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (typeof target === 'number') return target === 0 ? port : target;
  if (target === undefined || target === '') return port;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...(spec?.containers ?? []), ...sidecars]) {
    const found = ports.find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

export const isHeadless = ({ spec }: Service): boolean => !spec?.clusterIP || spec.clusterIP === 'None';

/** The name under which a pod is found behind a headless service. */
export const hostnameBehind = ({ spec, metadata }: Pod, service: Service): string | undefined =>
  spec?.hostname &&
  spec.subdomain === service.metadata.name &&
  metadata.namespace === service.metadata.namespace
    ? spec.hostname
    : undefined;

/** Which of a pod's addresses are of this family. */
export const addressesOf = ({ status }: Pod, isIPv6: boolean): readonly string[] => {
  const all = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return all.filter((ip) => ip?.includes(':') === isIPv6);
};
