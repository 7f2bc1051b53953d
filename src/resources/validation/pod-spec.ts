import type {
  ILocalObjectReference,
  IPod,
  IPodResourceClaim,
  IPodSchedulingGate,
  IPodSpec,
  IPodTemplateSpec,
  IVolume,
} from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/labels-validation.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { isInRange } from '../../apimachinery/names.ts';
import { validateAffinity } from './affinity.ts';
import {
  type ContainerContext,
  validateContainers,
  validateEphemeralContainers,
  validateImageTrimmed,
  validateInitContainers,
} from './containers.ts';
import { validateHostNetworkPorts } from './host-ports.ts';
import { validateDNS1123Label, validateDNS1123Subdomain, validateQualifiedName } from './name-fields.ts';
import type { IObjectMeta } from './object-meta.ts';
import { mirrorAnnotation, validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { validateDNSConfig, validateHostAliases, validateHostnameOverride } from './pod-dns.ts';
import { validateHostUsers, validateOS, validateWindowsHostProcess } from './pod-os.ts';
import { validateOverhead, validatePodLevelResources } from './resources.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { hasComparisons, validateTolerations } from './tolerations.ts';
import { validateTopologySpreadConstraints } from './topology-spread.ts';
import { invalidFor } from './values.ts';
import { visitContainers } from './visit-containers.ts';
import { validateVolumes } from './volumes.ts';

const maxInt32 = 2 ** 31 - 1;
/** In the order in which messages print them. */
const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];

/** A pod template, as workloads hold it. `path` is that of the template. */
export function validatePodTemplateSpec(template: IPodTemplateSpec, path: FieldPath): FieldError[] {
  const spec = template.spec ?? ({} as IPodSpec);
  const { labels, annotations } = template.metadata ?? {};
  const specPath = path.child('spec');
  const errors = [
    ...validateLabels(labels, path.child('labels')),
    ...validateAnnotations(annotations, path.child('annotations')),
    ...validatePodAnnotations(annotations, spec, path.child('annotations')),
    ...validatePodSpec(spec, undefined, specPath),
    ...validateProfilesMatch(annotations, spec, specPath),
  ];
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const detail = 'ephemeral containers not allowed in pod template';
    errors.push(forbidden(specPath.child('ephemeralContainers'), detail));
  }
  return errors;
}

/** A new pod, without what holds for the metadata of every kind. */
export function validatePodCreate(pod: IPod): FieldError[] {
  const spec = pod.spec ?? ({} as IPodSpec);
  const specPath = FieldPath.of('spec');
  const errors = validatePod(pod);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(specPath.child('ephemeralContainers'), 'cannot be set on create'));
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    const detail = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden(specPath.child('nodeName'), detail));
  }
  return joined(errors, validateProfilesMatch(pod.metadata?.annotations, spec, specPath));
}

/** What holds for a pod at any time, without what holds for the metadata of every kind. `old` is what it was before. */
export function validatePod(pod: IPod, old?: IPod): FieldError[] {
  const spec = pod.spec ?? ({} as IPodSpec);
  const meta = pod.metadata ?? {};
  const specPath = FieldPath.of('spec');
  return joined(
    validatePodAnnotations(meta.annotations, spec, FieldPath.of('metadata', 'annotations')),
    validatePodSpec(spec, meta, specPath, old?.spec),
    spec.serviceAccountName ? [] : validateNoTokens(spec.volumes ?? [], specPath.child('volumes')),
    flatMapped(['containers', 'initContainers'] as const, (field) =>
      flatMapped(spec[field] ?? [], (container, i) =>
        validateImageTrimmed(container, specPath.child(field).index(i)),
      ),
    ),
  );
}

const noNames: ReadonlySet<string> = new Set();

const namesOf = (claims: readonly IPodResourceClaim[]): ReadonlySet<string> =>
  new Set(claims.map(({ name }) => name).filter(Boolean));

/** Without a service account there is nobody to give a token to. */
function validateNoTokens(volumes: readonly IVolume[], path: FieldPath): FieldError[] {
  return volumes.flatMap(({ projected }, v) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, s) => {
      if (!serviceAccountToken) return [];
      const tokenPath = path.index(v).child('projected', 'sources').index(s).child('serviceAccountToken');
      return [forbidden(tokenPath, 'must not be specified when serviceAccountName is not set')];
    }),
  );
}

/**
 * A defaulted pod spec. `meta` is that of the pod, undefined for a template: some rules only hold for pods. Order and
 * wording follow `validation.ValidatePodSpec` with the gates that are on by default. What `old` has of features whose
 * gates are off may stay.
 */
export function validatePodSpec(
  spec: IPodSpec,
  meta: IObjectMeta | undefined,
  path: FieldPath,
  old?: IPodSpec,
): FieldError[] {
  const volumes = new Map<string, IVolume>();
  const volumeErrors = validateVolumes(spec.volumes, meta, volumes, path.child('volumes'));
  const podClaims = spec.resourceClaims ? namesOf(spec.resourceClaims) : noNames;
  const context: ContainerContext = {
    volumes,
    podClaims,
    restartPolicy: spec.restartPolicy ?? '',
    hostUsers: spec.hostUsers ?? true,
    graceSeconds: spec.terminationGracePeriodSeconds,
    os: spec.os && (spec.os.name ?? ''),
  };
  return joined(
    spec.terminationGracePeriodSeconds === undefined
      ? [required(path.child('terminationGracePeriodSeconds'))]
      : [],
    volumeErrors,
    spec.resourceClaims
      ? validateResourceClaims(spec.resourceClaims, meta, path.child('resourceClaims'))
      : [],
    validateAllContainers(spec, context, path),
    validatePodLevelResources(spec, podClaims, path),
    validateHostNetworkPorts(spec, meta !== undefined, path),
    validateEnum(spec.restartPolicy ?? '', restartPolicies, path.child('restartPolicy')),
    validateEnum(spec.dnsPolicy ?? '', dnsPolicies, path.child('dnsPolicy')),
    validateLabels(spec.nodeSelector, path.child('nodeSelector')),
    validatePodSecurityContext(spec, old, path.child('securityContext')),
    validatePullSecrets(spec.imagePullSecrets ?? [], path.child('imagePullSecrets')),
    validateAffinity(spec.affinity, path.child('affinity')),
    validateDNSConfig(spec.dnsConfig, spec.dnsPolicy, path.child('dnsConfig')),
    (spec.readinessGates ?? []).flatMap(({ conditionType = '' }, i) =>
      validateQualifiedName(conditionType, path.child('readinessGates').index(i).child('conditionType')),
    ),
    spec.schedulingGates ? validateSchedulingGates(spec.schedulingGates, path.child('schedulingGates')) : [],
    validateTopologySpreadConstraints(
      spec.topologySpreadConstraints,
      path.child('topologySpreadConstraints'),
    ),
    validateWindowsHostProcess(spec, path),
    validateHostUsers(spec, path),
    validateHostnameOverride(spec, path),
    validateNames(spec, path),
    validateTolerations(spec.tolerations, path.child('tolerations'), hasComparisons(old?.tolerations)),
    validateHostAliases(spec.hostAliases, path.child('hostAliases')),
    validateScheduling(spec, path),
    validateOverhead(spec.overhead, path.child('overhead')),
    validateOS(spec, path),
    validateFileKeyRefs(spec, path),
  );
}

function validateAllContainers(spec: IPodSpec, context: ContainerContext, path: FieldPath): FieldError[] {
  const { containers = [], initContainers = [], ephemeralContainers } = spec;
  const errors = validateContainers(containers, context, path.child('containers'));
  if (initContainers.length === 0 && !ephemeralContainers) return errors;
  const others = [...containers, ...initContainers];
  return joined(
    errors,
    validateInitContainers(initContainers, containers, context, path.child('initContainers')),
    validateEphemeralContainers(
      ephemeralContainers ?? [],
      others,
      context,
      path.child('ephemeralContainers'),
    ),
  );
}

const validateEnum = (value: string, supported: readonly string[], path: FieldPath): FieldError[] => {
  if (value === '') return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
};

/** Fields that name something. Empty ones name nothing. */
function validateNames(spec: IPodSpec, path: FieldPath): FieldError[] {
  const seconds = spec.activeDeadlineSeconds;
  const subdomain = (name: string | undefined, field: string) =>
    name ? validateDNS1123Subdomain(name, path.child(field)) : [];
  const label = (name: string | undefined, field: string) =>
    name ? validateDNS1123Label(name, path.child(field)) : [];
  return joined(
    subdomain(spec.serviceAccountName, 'serviceAccountName'),
    subdomain(spec.nodeName, 'nodeName'),
    seconds === undefined
      ? []
      : invalidFor(isInRange(seconds, 1, maxInt32), seconds, path.child('activeDeadlineSeconds')),
    label(spec.hostname, 'hostname'),
    label(spec.subdomain, 'subdomain'),
  );
}

function validateScheduling(spec: IPodSpec, path: FieldPath): FieldError[] {
  const { priorityClassName = '', runtimeClassName, preemptionPolicy } = spec;
  return joined(
    priorityClassName === ''
      ? []
      : validateDNS1123Subdomain(priorityClassName, path.child('priorityClassName')),
    runtimeClassName === undefined
      ? []
      : validateDNS1123Subdomain(runtimeClassName, path.child('runtimeClassName')),
    preemptionPolicy === undefined
      ? []
      : validateEnum(preemptionPolicy, preemptionPolicies, path.child('preemptionPolicy')),
  );
}

const validatePullSecrets = (secrets: readonly ILocalObjectReference[], path: FieldPath): FieldError[] =>
  secrets.flatMap((secret, i) =>
    Object.keys(secret).some((field) => field !== 'name')
      ? [invalid(path.index(i), secret, 'only name may be set')]
      : [],
  );

function validateSchedulingGates(gates: readonly IPodSchedulingGate[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }: Partial<IPodSchedulingGate>, i) => {
    const errors = validateQualifiedName(name, path.index(i));
    if (seen.has(name)) errors.push(duplicate(path.index(i), name));
    seen.add(name);
    return errors;
  });
}

/** `spec.resourceClaims`: unique names, each with exactly one origin. */
function validateResourceClaims(
  claims: readonly IPodResourceClaim[],
  meta: IObjectMeta | undefined,
  path: FieldPath,
): FieldError[] {
  if (claims.length > 0 && Object.hasOwn(meta?.annotations ?? {}, mirrorAnnotation)) {
    return claims.map(() => forbidden(FieldPath.root, 'static pods do not support resource claims'));
  }
  const names = new Set<string>();
  return claims.flatMap((claim, i) => {
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim as Partial<IPodResourceClaim>;
    const claimPath = path.index(i);
    const errors = validateClaimName(name, names, claimPath.child('name'));
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(claimPath, claim, detail));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(claimPath, claim, detail));
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const origin = claim[field];
      if (origin !== undefined) errors.push(...validateDNS1123Subdomain(origin, claimPath.child(field)));
    }
    return errors;
  });
}

function validateClaimName(name: string, names: Set<string>, path: FieldPath): FieldError[] {
  if (name === '') return [required(path)];
  if (names.has(name)) return [duplicate(path, name)];
  names.add(name);
  return validateDNS1123Label(name, path);
}

/** Variables that come from a file read it from an `emptyDir` of the pod. */
function validateFileKeyRefs(spec: IPodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [container, containerPath] of visitContainers(spec, path)) {
    const env = container.env ?? [];
    for (let i = 0; i < env.length; i++) {
      const reference = env[i]!.valueFrom?.fileKeyRef;
      if (!reference) continue;
      const { volumeName } = reference;
      const namePath = containerPath.child('env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = (spec.volumes ?? []).findLast(({ name }) => name === volumeName);
      if (!volume) errors.push(notFound(namePath, volumeName));
      else if (!volume.emptyDir) {
        errors.push(invalid(namePath, volumeName, 'referenced volume must be of type emptyDir'));
      }
    }
  }
  return errors;
}
