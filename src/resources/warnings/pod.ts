import type { IPod, IPodAffinityTerm, IPodSpec, IPodTemplateSpec } from 'kubernetes-models/v1';
import { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { warningsForIP } from '../ip-fields.ts';
import { appArmorWarnings, containerWarnings, placedContainers } from './containers.ts';
import { nodeLabelDeprecation, nodeSelectorTermWarnings } from './node-labels.ts';
import { portWarnings } from './ports.ts';
import { fractionalByteWarnings } from './quantities.ts';
import { virtualPathWarnings } from './virtual-paths.ts';
import { volumeWarnings } from './volumes.ts';

type Annotations = Readonly<Record<string, string>>;

/** Warnings on a new pod (`podutil.GetWarningsForPod`). */
export const podWarnings = ({ metadata, spec }: IPod): string[] =>
  specWarnings(spec ?? ({} as IPodSpec), metadata?.annotations ?? {}, FieldPath.root, false);

/** Warnings on a pod template, absent or not (`podutil.GetWarningsForPodTemplate`). */
export const podTemplateWarnings = (template: IPodTemplateSpec | undefined, path: FieldPath): string[] =>
  template?.spec ? specWarnings(template.spec, template.metadata?.annotations ?? {}, path, true) : [];

function specWarnings(
  spec: IPodSpec,
  annotations: Annotations,
  path: FieldPath,
  isTemplate: boolean,
): string[] {
  const specPath = path.child('spec');
  const annotationsPath = path.child('metadata', 'annotations');
  const containers = placedContainers(spec, specPath);
  const podProfile = spec.securityContext?.appArmorProfile;
  return joined(
    nodeChoiceWarnings(spec, specPath),
    spreadWarnings(spec, specPath),
    annotationWarnings(annotations, annotationsPath),
    volumeWarnings(spec.volumes ?? [], specPath.child('volumes')),
    virtualPathWarnings(spec.volumes ?? []),
    duplicateWarnings(spec, specPath),
    fractionalByteWarnings(spec.overhead, ['memory', 'ephemeral-storage'], specPath.child('overhead')),
    seccompPodWarnings(spec, annotations, annotationsPath),
    flatMapped(containers, (placed) =>
      joined(
        seccompWarnings(placed.container, annotations, annotationsPath),
        // A pod's annotations are turned into fields before warnings are looked for, and warned about there.
        isTemplate ? appArmorWarnings(placed.container, podProfile, annotations, annotationsPath) : [],
        containerWarnings(placed),
      ),
    ),
    portWarnings(containers),
    gracePeriodWarnings(spec, specPath),
    affinityWarnings(spec, specPath),
    addressWarnings(spec, specPath),
  );
}

function nodeChoiceWarnings({ nodeSelector, affinity }: IPodSpec, path: FieldPath): string[] {
  if (!nodeSelector && !affinity) return [];
  const selectorPath = path.child('nodeSelector');
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const affinityPath = path.child('affinity', 'nodeAffinity');
  const { [required]: must, [preferred]: should } = affinity?.nodeAffinity ?? {};
  return [
    ...Object.keys(nodeSelector ?? {}).flatMap((label) => {
      const deprecation = nodeLabelDeprecation(label);
      return deprecation ? [`${selectorPath.key(label)}: ${deprecation}`] : [];
    }),
    ...(must?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      nodeSelectorTermWarnings(term, false, affinityPath.child(required, 'nodeSelectorTerms').index(i)),
    ),
    ...(should ?? []).flatMap(({ preference }, i) =>
      nodeSelectorTermWarnings(preference, true, affinityPath.child(preferred).index(i).child('preference')),
    ),
  ];
}

const nothingSelected = (path: FieldPath) => `${path}: a null labelSelector results in matching no pod`;

function spreadWarnings({ topologySpreadConstraints = [] }: IPodSpec, path: FieldPath): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, i) => {
    const constraintPath = path.child('topologySpreadConstraints').index(i);
    const deprecation = nodeLabelDeprecation(topologyKey);
    return [
      ...(deprecation ? [`${constraintPath.child('topologyKey')}: ${topologyKey} is ${deprecation}`] : []),
      ...(labelSelector ? [] : [nothingSelected(constraintPath.child('labelSelector'))]),
    ];
  });
}

const deadAnnotations = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
] as const;

const annotationWarnings = (annotations: Annotations, path: FieldPath): string[] =>
  deadAnnotations
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(([key, message]) => `${path.key(key)}: ${message}`);

function duplicateWarnings({ hostAliases = [], imagePullSecrets = [] }: IPodSpec, path: FieldPath): string[] {
  if (hostAliases.length + imagePullSecrets.length === 0) return [];
  const aliasesPath = path.child('hostAliases');
  const secretsPath = path.child('imagePullSecrets');
  const secretNames = imagePullSecrets.map(({ name }) => name ?? '');
  return joined(
    repeated(hostAliases.map(({ ip }) => ip)).map(
      ([i, ip]) => `${aliasesPath.index(i).child('ip')}: duplicate ip ${JSON.stringify(ip)}`,
    ),
    repeated(secretNames).map(
      ([i, name]) => `${secretsPath.index(i).child('name')}: duplicate name ${JSON.stringify(name)}`,
    ),
    secretNames.flatMap((name, i) =>
      name === '' ? [`${secretsPath.index(i).child('name')}: invalid empty name ""`] : [],
    ),
  );
}

/** Texts that came before, with their places. */
function repeated(texts: readonly string[]): [number, string][] {
  const seen = new Set<string>();
  return texts.flatMap((text, i): [number, string][] => {
    if (seen.has(text)) return [[i, text]];
    seen.add(text);
    return [];
  });
}

const seccompPodKey = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const seccompMessage = 'non-functional in v1.27+; use the "seccompProfile" field instead';

const seccompPodWarnings = (spec: IPodSpec, annotations: Annotations, path: FieldPath): string[] =>
  !spec.securityContext?.seccompProfile && Object.hasOwn(annotations, seccompPodKey)
    ? [`${path.key(seccompPodKey)}: ${seccompMessage}`]
    : [];

function seccompWarnings(
  { name, securityContext }: { name: string; securityContext?: { seccompProfile?: unknown } },
  annotations: Annotations,
  path: FieldPath,
): string[] {
  const key = seccompContainerPrefix + name;
  return !securityContext?.seccompProfile && Object.hasOwn(annotations, key)
    ? [`${path.key(key)}: ${seccompMessage}`]
    : [];
}

function gracePeriodWarnings({ terminationGracePeriodSeconds = 0 }: IPodSpec, path: FieldPath): string[] {
  if (terminationGracePeriodSeconds >= 0) return [];
  const text = 'must be >= 0; negative values are invalid and will be treated as 1';
  return [`${path.child('terminationGracePeriodSeconds')}: ${text}`];
}

function affinityWarnings({ affinity }: IPodSpec, path: FieldPath): string[] {
  if (!affinity) return [];
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((field) => {
    const fieldPath = path.child('affinity', field);
    const terms: [IPodAffinityTerm, FieldPath][] = [
      ...(affinity?.[field]?.[required] ?? []).map((term, i): [IPodAffinityTerm, FieldPath] => [
        term,
        fieldPath.child(required).index(i),
      ]),
      ...(affinity?.[field]?.[preferred] ?? []).map(
        ({ podAffinityTerm }, i): [IPodAffinityTerm, FieldPath] => [
          podAffinityTerm ?? {},
          fieldPath.child(preferred).index(i).child('podAffinityTerm'),
        ],
      ),
    ];
    return terms
      .filter(([term]) => !term.labelSelector)
      .map(([, termPath]) => nothingSelected(termPath.child('labelSelector')));
  });
}

function addressWarnings({ dnsConfig, hostAliases }: IPodSpec, path: FieldPath): string[] {
  return joined(
    (dnsConfig?.nameservers ?? []).flatMap((server, i) =>
      warningsForIP(server, path.child('dnsConfig', 'nameservers').index(i)),
    ),
    (hostAliases ?? []).flatMap(({ ip }, i) =>
      warningsForIP(ip, path.child('hostAliases').index(i).child('ip')),
    ),
  );
}
