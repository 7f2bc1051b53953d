import type {
  IContainer,
  IEphemeralContainer,
  IPod,
  IPodSpec,
  IPodTemplateSpec,
  IProbe,
} from 'kubernetes-models/v1';
import { setOwn } from '../../apimachinery/object.ts';
import { formatQuantity } from '../../apimachinery/quantity.ts';
import { defaultImagePullPolicy } from './image-pull-policy.ts';
import { aggregateContainerResources, isHugePageResource, isPodLevelResource } from './pod-resources.ts';
import { type ResourceList, roundResourceList } from './resource-list.ts';
import { defaultVolume } from './volume-defaults.ts';

const defaultGracePeriodSeconds = 30;
const defaultProbe = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

type AnyContainer = IContainer | IEphemeralContainer;

/** Fills the defaults of a pod template in place, creating what is missing of its shape. */
export function defaultPodTemplate(template: IPodTemplateSpec): void {
  template.spec ??= {} as IPodSpec;
  defaultPodSpec(template.spec);
}

/** Fills the defaults of a pod in place: those of its spec and those that templates don't have. */
export function defaultPod(pod: IPod): void {
  pod.spec ??= {} as IPodSpec;
  const { spec } = pod;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  for (const container of containers) defaultRequests(container);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) for (const container of containers) defaultHostPorts(container);
  defaultPodLevelResources(spec);
  defaultPodSpec(spec);
}

/** Fills the defaults of a pod spec that pods and templates share, in place. */
export function defaultPodSpec(spec: IPodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= defaultGracePeriodSeconds;
  spec.schedulerName ||= 'default-scheduler';
  defaultServiceAccount(spec);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  roundResourceList(spec.overhead);
  roundResourceList(spec.resources?.limits);
  roundResourceList(spec.resources?.requests);
}

/** `serviceAccount` is the old name: read when the new one is empty, always written. */
function defaultServiceAccount(spec: IPodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function defaultContainer(container: AnyContainer): void {
  container.imagePullPolicy ||= defaultImagePullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
  }
  roundResourceList(container.resources?.limits);
  roundResourceList(container.resources?.requests);
  fillProbe(container.livenessProbe);
  fillProbe(container.readinessProbe);
  fillProbe(container.startupProbe);
  fillHttpGet(container.lifecycle?.postStart);
  fillHttpGet(container.lifecycle?.preStop);
}

function fillProbe(probe: IProbe | undefined): void {
  if (!probe) return;
  probe.timeoutSeconds ||= defaultProbe.timeoutSeconds;
  probe.periodSeconds ||= defaultProbe.periodSeconds;
  probe.successThreshold ||= defaultProbe.successThreshold;
  probe.failureThreshold ||= defaultProbe.failureThreshold;
  if (probe.grpc) probe.grpc.service ??= '';
  fillHttpGet(probe);
}

function fillHttpGet(handler: Pick<IProbe, 'httpGet'> | undefined): void {
  if (!handler?.httpGet) return;
  handler.httpGet.path ||= '/';
  handler.httpGet.scheme ||= 'HTTP';
}

/** What has a limit and no request asks for its limit. */
function defaultRequests({ resources }: IContainer): void {
  if (!resources?.limits) return;
  resources.requests ??= {};
  copyMissing(resources.requests, resources.limits);
}

function copyMissing(to: ResourceList, from: ResourceList): void {
  for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) setOwn(to, name, from[name]);
}

/** On the host's network a port of the container is a port of the host. */
function defaultHostPorts({ ports }: IContainer): void {
  for (const port of ports ?? []) port.hostPort ||= port.containerPort;
}

/** Completes pod-level resources that are given in part (gate PodLevelResources). */
function defaultPodLevelResources(spec: IPodSpec): void {
  const { resources } = spec;
  if (!resources) return;
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return;
  for (const [name, quantity] of aggregateContainerResources(spec, 'limits')) {
    if (!isHugePageResource(name) || Object.hasOwn(limits, name) || Object.hasOwn(requests, name)) continue;
    setOwn(limits, name, formatQuantity(quantity));
  }
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;
  for (const [name, quantity] of aggregateContainerResources(spec, 'requests')) {
    // Huge pages can't be overcommitted: their requests follow the limit below.
    if (!isPodLevelResource(name) || isHugePageResource(name) || Object.hasOwn(requests, name)) continue;
    setOwn(requests, name, formatQuantity(quantity));
  }
  for (const name of Object.keys(limits)) {
    if (isPodLevelResource(name) && !Object.hasOwn(requests, name)) setOwn(requests, name, limits[name]);
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
