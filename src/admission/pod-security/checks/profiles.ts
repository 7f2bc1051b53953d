import type { KubeObject } from '../../../apimachinery/object.ts';
import { ownValue } from '../../structs.ts';
import type { Rule, Violation } from './types.ts';
import {
  allContainers,
  containersText,
  containersWhere,
  exceptOnWindows,
  forSetters,
  plural,
  quoted,
  settersOf,
  sorted,
  specOfPod,
} from './walk.ts';

const confined: readonly string[] = ['RuntimeDefault', 'Localhost'];
const isUnconfined = (type: string | undefined): boolean => type !== undefined && !confined.includes(type);

/** The values of a field of the pod's security context and of those of its containers. */
function profileTypes(pod: KubeObject, field: 'appArmorProfile' | 'seccompProfile'): string[] {
  const contexts = [
    specOfPod(pod).securityContext,
    ...allContainers(pod).map(({ securityContext }) => securityContext),
  ];
  return contexts.flatMap((context) => context?.[field]?.type ?? []);
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

function appArmor(pod: KubeObject): Violation | undefined {
  const setters = settersOf(pod, ({ appArmorProfile }) => isUnconfined(appArmorProfile?.type));
  const annotations = Object.entries(pod.metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && !isAppArmorAllowed(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  if (annotations.length > 0) setters.push(plural('annotation', 'annotations', annotations.length));
  if (setters.length === 0) return undefined;
  const values = [...sorted(profileTypes(pod, 'appArmorProfile').filter(isUnconfined)), ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

const isAppArmorAllowed = (value: string): boolean =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/');

const seccompPodAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before 1.19 the profile stood in annotations. */
function seccompAnnotations(pod: KubeObject): Violation | undefined {
  const keys = [seccompPodAnnotation, ...allContainers(pod).map(({ name }) => seccompContainerPrefix + name)];
  const bad = sorted(
    keys.flatMap((key) => {
      const value = ownValue(pod.metadata.annotations, key);
      return value === undefined || isSeccompAllowed(value) ? [] : [`${key}=${JSON.stringify(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  const what = plural('annotation', 'annotations', bad.length);
  return { reason: 'seccompProfile', detail: `forbidden ${what} ${bad.join(', ')}` };
}

const isSeccompAllowed = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');

const unconfinedSeccomp = forSetters(
  ({ seccompProfile }) => isUnconfined(seccompProfile?.type),
  (who, pod) => {
    const values = quoted(sorted(profileTypes(pod, 'seccompProfile').filter(isUnconfined)));
    return {
      reason: 'seccompProfile',
      detail: `${who} must not set securityContext.seccompProfile.type to ${values}`,
    };
  },
);

function missingSeccomp(pod: KubeObject): Violation | undefined {
  const unconfined = unconfinedSeccomp(pod);
  if (unconfined || specOfPod(pod).securityContext?.seccompProfile) return unconfined;
  const names = containersWhere(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (names.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersText(names)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

const seLinux =
  (allowedTypes: readonly string[]) =>
  (pod: KubeObject): Violation | undefined => {
    const types: string[] = [];
    const faults = new Set<string>();
    const setters = settersOf(pod, ({ seLinuxOptions }) => {
      if (!seLinuxOptions) return false;
      const { type = '', user, role } = seLinuxOptions;
      const isTypeAllowed = allowedTypes.includes(type);
      if (!isTypeAllowed) types.push(type);
      if (user) faults.add('user may not be set');
      if (role) faults.add('role may not be set');
      return !isTypeAllowed || Boolean(user) || Boolean(role);
    });
    if (setters.length === 0) return undefined;
    const bad = sorted(types);
    // The user comes before the role, whoever set which first.
    const others = [...faults].sort().reverse();
    const details = [
      ...(bad.length > 0 ? [`${plural('type', 'types', bad.length)} ${quoted(bad)}`] : []),
      ...others,
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${setters.join(' and ')} set forbidden securityContext.seLinuxOptions: ${details.join('; ')}`,
    };
  };

/** How the system confines processes. */
export const profileRules: readonly Rule[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [{ from: 0, check: appArmor }] },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      { from: 0, check: seLinux(seLinuxTypes) },
      { from: 31, check: seLinux([...seLinuxTypes, 'container_engine_t']) },
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      { from: 0, check: seccompAnnotations },
      { from: 19, check: unconfinedSeccomp },
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    versions: [
      { from: 19, check: missingSeccomp, replaces: 'seccompProfile_baseline' },
      { from: 25, check: exceptOnWindows(missingSeccomp), replaces: 'seccompProfile_baseline' },
    ],
  },
];
