import type { IContainer, IContainerResizePolicy, IEphemeralContainer } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { validateContainerRestartPolicy, validateInitRestartPolicy } from './container-restart.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle } from './handlers.ts';
import { validateContainerPorts, validateUniqueHostPorts } from './host-ports.ts';
import { validateDNS1123Label } from './name-fields.ts';
import { isRestartableInitContainer } from './pod-resources.ts';
import { validateProbes } from './probes.ts';
import { validatePullPolicy } from './pull-policy.ts';
import { validateContainerResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mounts.ts';
import type { VolumesByName } from './volumes.ts';

/** What containers need to know about their pod. */
export interface ContainerContext {
  readonly volumes: VolumesByName;
  /** Names in `spec.resourceClaims`. */
  readonly podClaims: ReadonlySet<string>;
  readonly restartPolicy: string;
  readonly hostUsers: boolean;
  readonly graceSeconds: number | undefined;
  /** `spec.os.name`, undefined without `spec.os`. */
  readonly os: string | undefined;
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];

/** What holds for containers of every list. */
function validateContainer(container: IContainer, context: ContainerContext, path: FieldPath): FieldError[] {
  const { name = '', image = '', terminationMessagePolicy = '' } = container;
  const namePath = path.child('name');
  const messagePath = path.child('terminationMessagePolicy');
  const errors = name === '' ? [required(namePath)] : validateDNS1123Label(name, namePath);
  if (image === '') errors.push(required(path.child('image')));
  if (terminationMessagePolicy === '') errors.push(required(messagePath));
  else if (!messagePolicies.includes(terminationMessagePolicy)) {
    errors.push(notSupported(messagePath, terminationMessagePolicy, messagePolicies));
  }
  return joined(
    errors,
    validateContainerPorts(container.ports, path.child('ports')),
    validateEnv(container.env, path.child('env')),
    validateEnvFrom(container.envFrom, path.child('envFrom')),
    validateVolumeMounts(container, context.volumes, path.child('volumeMounts')),
    validateVolumeDevices(container, context.volumes, path.child('volumeDevices')),
    validatePullPolicy(container.imagePullPolicy ?? '', path.child('imagePullPolicy')),
    validateContainerResources(container.resources, context.podClaims, path.child('resources')),
    validateResizePolicy(container.resizePolicy ?? [], context.restartPolicy, path.child('resizePolicy')),
    validateSecurityContext(container.securityContext, context.hostUsers, path.child('securityContext')),
  );
}

/** Upstream reports most of these on the list. */
function validateResizePolicy(
  policies: readonly IContainerResizePolicy[],
  podRestartPolicy: string,
  path: FieldPath,
): FieldError[] {
  if (policies.length === 0) return [];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const oneOf = (value: string, supported: readonly string[]) => {
    if (value === '') errors.push(required(path));
    else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
  };
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    if (names.has(resourceName)) errors.push(duplicate(path.index(i), resourceName));
    names.add(resourceName);
    oneOf(resourceName, ['cpu', 'memory']);
    oneOf(restartPolicy, ['NotRequired', 'RestartContainer']);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
  }
  return errors;
}

/** Hooks and probes, which only containers that keep running may have. */
const validateService = (container: IContainer, context: ContainerContext, path: FieldPath): FieldError[] =>
  joined(
    container.lifecycle
      ? validateLifecycle(container.lifecycle, context.graceSeconds, context.os, path.child('lifecycle'))
      : [],
    validateProbes(container, context.graceSeconds, path),
  );

/** `spec.containers`: at least one, with names of their own and distinct ports of the host. */
export function validateContainers(
  containers: readonly IContainer[],
  context: ContainerContext,
  path: FieldPath,
): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = flatMapped(containers, (container, i) => {
    const containerPath = path.index(i);
    const found = validateContainer(container, context, containerPath);
    if (names.has(container.name)) found.push(duplicate(containerPath.child('name'), container.name));
    names.add(container.name);
    return joined(
      found,
      validateService(container, context, containerPath),
      validateContainerRestartPolicy(container, containerPath),
    );
  });
  return joined(errors, validateUniqueHostPorts(containers, path));
}

const serviceFields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** `spec.initContainers`, whose names differ from those of the containers too. */
export function validateInitContainers(
  containers: readonly IContainer[],
  regular: readonly IContainer[],
  context: ContainerContext,
  path: FieldPath,
): FieldError[] {
  const names = new Set(regular.map(({ name }) => name));
  return containers.flatMap((container, i) => {
    const containerPath = path.index(i);
    const errors = [
      ...validateContainer(container, context, containerPath),
      ...validateInitRestartPolicy(container, containerPath),
    ];
    if (names.has(container.name)) errors.push(duplicate(containerPath.child('name'), container.name));
    else if (container.name) names.add(container.name);
    // They run one by one, so that only ports of the same container can clash.
    errors.push(...validateUniqueHostPorts([container], path));
    if (isRestartableInitContainer(container)) {
      return [...errors, ...validateService(container, context, containerPath)];
    }
    const detail = 'may not be set for init containers without restartPolicy=Always';
    const misplaced = serviceFields.filter((field) => container[field]);
    return [
      ...errors,
      ...misplaced.map((field) => forbidden(containerPath.child(field), detail)),
      ...validateInitResizePolicy(container.resizePolicy ?? [], containerPath.child('resizePolicy')),
    ];
  });
}

/** A container that runs to its end is not started again for the sake of its resources. */
const validateInitResizePolicy = (
  policies: readonly IContainerResizePolicy[],
  path: FieldPath,
): FieldError[] =>
  policies.flatMap(({ restartPolicy }, i) =>
    restartPolicy === 'RestartContainer'
      ? [
          invalid(
            path.index(i).child('restartPolicy'),
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        ]
      : [],
  );

/** Fields that make a container part of the workload, which an ephemeral one is not. */
const notForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** `spec.ephemeralContainers`. */
export function validateEphemeralContainers(
  ephemeral: readonly IEphemeralContainer[],
  others: readonly IContainer[],
  context: ContainerContext,
  path: FieldPath,
): FieldError[] {
  const targets = new Set(others.map(({ name }) => name));
  const names = new Set(targets);
  return ephemeral.flatMap((container, i) => {
    const containerPath = path.index(i);
    const { name, targetContainerName = '' } = container;
    const errors = [
      ...validateContainer(container, context, containerPath),
      ...validateImageTrimmed(container, containerPath),
    ];
    if (names.has(name)) errors.push(duplicate(containerPath.child('name'), name));
    names.add(name);
    if (targetContainerName !== '' && !targets.has(targetContainerName)) {
      errors.push(notFound(containerPath.child('targetContainerName'), targetContainerName));
    }
    return [...errors, ...validateEphemeralLimits(container, containerPath)];
  });
}

function validateEphemeralLimits(container: IEphemeralContainer, path: FieldPath): FieldError[] {
  const detail = 'cannot be set for an Ephemeral Container';
  const errors = notForEphemeral
    .filter((field) => !isEmpty(container[field]))
    .map((field) => forbidden(path.child(field), detail));
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    for (const field of ['subPath', 'subPathExpr'] as const) {
      if (mount[field]) errors.push(forbidden(path.child('volumeMounts').index(i).child(field), detail));
    }
  }
  return errors;
}

/** Pods, unlike templates, take no blanks around an image. */
export const validateImageTrimmed = ({ image = '' }: { image?: string }, path: FieldPath): FieldError[] =>
  image.trim() === image
    ? []
    : [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')];
