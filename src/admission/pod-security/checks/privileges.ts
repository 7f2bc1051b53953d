import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Rule, Violation } from './types.ts';
import {
  allContainers,
  containersText,
  containersWhere,
  exceptInUserNamespace,
  exceptOnWindows,
  forContainers,
  forSetters,
  quoted,
  settersOf,
  sorted,
  specOfPod,
} from './walk.ts';

const privileged = forContainers(
  ({ securityContext }) => securityContext?.privileged === true,
  (who) => ({ reason: 'privileged', detail: `${who} must not set securityContext.privileged=true` }),
);

const privilegeEscalation = forContainers(
  ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  (who) => ({
    reason: 'allowPrivilegeEscalation != false',
    detail: `${who} must set securityContext.allowPrivilegeEscalation=false`,
  }),
);

/** Who says no counts first; who says nothing counts when the pod does not say yes for it. */
function nonRoot(pod: KubeObject): Violation | undefined {
  const reason = 'runAsNonRoot != true';
  const setters = settersOf(pod, ({ runAsNonRoot }) => runAsNonRoot === false);
  if (setters.length > 0) {
    return { reason, detail: `${setters.join(' and ')} must not set securityContext.runAsNonRoot=false` };
  }
  if (specOfPod(pod).securityContext?.runAsNonRoot) return undefined;
  const names = containersWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (names.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(names)} must set securityContext.runAsNonRoot=true` };
}

const nonRootUser = forSetters(
  ({ runAsUser }) => runAsUser === 0,
  (who) => ({ reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` }),
);

const defaultCapabilities: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** Which containers add capabilities beyond those, in the words of a refusal; undefined when none does. */
function addedBeyond(pod: KubeObject, allowed: readonly string[]): string | undefined {
  const added = ({ securityContext }: ReturnType<typeof allContainers>[number]) =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !allowed.includes(name));
  const names = containersWhere(pod, (container) => added(container).length > 0);
  if (names.length === 0) return undefined;
  const capabilities = sorted(allContainers(pod).flatMap(added));
  return `${containersText(names)} must not include ${quoted(capabilities)} in securityContext.capabilities.add`;
}

function baselineCapabilities(pod: KubeObject): Violation | undefined {
  const detail = addedBeyond(pod, defaultCapabilities);
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail };
}

function restrictedCapabilities(pod: KubeObject): Violation | undefined {
  const keeping = containersWhere(
    pod,
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'),
  );
  const details = [
    keeping.length > 0
      ? `${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`
      : undefined,
    addedBeyond(pod, ['NET_BIND_SERVICE']),
  ].filter((detail) => detail !== undefined);
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

/** What a process may do, and as whom it runs. */
export const privilegeRules: readonly Rule[] = [
  { id: 'privileged', level: 'baseline', versions: [{ from: 0, check: privileged }] },
  { id: 'capabilities_baseline', level: 'baseline', versions: [{ from: 0, check: baselineCapabilities }] },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      { from: 8, check: privilegeEscalation },
      { from: 25, check: exceptOnWindows(privilegeEscalation) },
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    versions: [
      { from: 22, check: restrictedCapabilities, replaces: 'capabilities_baseline' },
      { from: 25, check: exceptOnWindows(restrictedCapabilities), replaces: 'capabilities_baseline' },
    ],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    versions: [
      { from: 0, check: nonRoot },
      { from: 35, check: exceptInUserNamespace(nonRoot) },
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    versions: [
      { from: 23, check: nonRootUser },
      { from: 35, check: exceptInUserNamespace(nonRootUser) },
    ],
  },
];
