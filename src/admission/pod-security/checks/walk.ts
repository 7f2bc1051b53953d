import type { IContainer, IPodSecurityContext, IPodSpec, ISecurityContext } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { containersOf } from '../../../resources/core/pods/containers.ts';
import { readSpec } from '../../structs.ts';
import type { Check, Violation } from './types.ts';

export const specOfPod = (pod: KubeObject): IPodSpec => readSpec<IPodSpec>(pod);

export const allContainers = (pod: KubeObject): IContainer[] =>
  containersOf(pod, ['initContainers', 'containers', 'ephemeralContainers']).map(
    ({ container }) => container,
  );

/** Names of the containers for which something holds. */
export const containersWhere = (pod: KubeObject, holds: (container: IContainer) => boolean): string[] =>
  allContainers(pod)
    .filter(holds)
    .map(({ name }) => name);

/** What pods and containers both have. */
type SharedContext = Pick<
  IPodSecurityContext & ISecurityContext,
  'appArmorProfile' | 'runAsNonRoot' | 'runAsUser' | 'seLinuxOptions' | 'seccompProfile' | 'windowsOptions'
>;

/** Who sets something bad: `pod`, `container "a"`, `containers "a", "b"`. */
export function settersOf(pod: KubeObject, isBad: (context: SharedContext) => boolean): string[] {
  const { securityContext } = specOfPod(pod);
  const names = containersWhere(pod, ({ securityContext: own }) => own !== undefined && isBad(own));
  return [
    ...(securityContext && isBad(securityContext) ? ['pod'] : []),
    ...(names.length > 0 ? [containersText(names)] : []),
  ];
}

/** A check of each container: `tell` says what is wrong with those for which `isBad` holds, in words (`who`) and by name. */
export const forContainers =
  (
    isBad: (container: IContainer) => boolean,
    tell: (who: string, names: readonly string[], pod: KubeObject) => Violation,
  ): Check =>
  (pod) => {
    const names = containersWhere(pod, isBad);
    return names.length === 0 ? undefined : tell(containersText(names), names, pod);
  };

/** A check of the security contexts of the pod and its containers. */
export const forSetters =
  (isBad: (context: SharedContext) => boolean, tell: (who: string, pod: KubeObject) => Violation): Check =>
  (pod) => {
    const setters = settersOf(pod, isBad);
    return setters.length === 0 ? undefined : tell(setters.join(' and '), pod);
  };

export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ');

export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many);

export const containersText = (names: readonly string[]): string =>
  `${plural('container', 'containers', names.length)} ${quoted(names)}`;

/** Each once, in order. */
export const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** Pods of Windows have none of what the check asks for; validation sees to that. */
export const exceptOnWindows =
  (check: Check): Check =>
  (pod) =>
    specOfPod(pod).os?.name === 'windows' ? undefined : check(pod);

/** In a user namespace of its own a pod may be what it likes (KEP-127). */
export const exceptInUserNamespace =
  (check: Check): Check =>
  (pod) =>
    specOfPod(pod).hostUsers === false ? undefined : check(pod);
