import type { IPodSpec } from 'kubernetes-models/v1';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { forbiddenError, internalError } from '../../apimachinery/status.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import { podTemplatePaths } from '../../resources/pod-template-paths.ts';
import { aggregate, concerns, namespaces, pods } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import type { Violation } from './checks/types.ts';
import { detailsText, violations } from './evaluate.ts';
import { checkNamespace } from './namespaces.ts';
import {
  isFullyPrivileged,
  labelPrefix,
  type PodSecurityConfiguration,
  type Policies,
  type Policy,
  policiesOf,
  policyText,
} from './policy.ts';

const privileged: Policy = { level: 'privileged', version: 'latest' };
const standard: PodSecurityConfiguration = {
  defaults: { enforce: privileged, audit: privileged, warn: privileged },
  exemptions: { usernames: [], namespaces: [], runtimeClasses: [] },
};

/** Subresources of pods that leave the spec alone. */
const harmless = ['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status'];

/** Pods keep to the Pod Security Standards as far as the labels of their namespace ask (KEP-2579). */
export const podSecurity: AdmissionPluginFactory = ({ reader, clock }, given) => {
  const configuration = (given ?? standard) as PodSecurityConfiguration;
  const { defaults, exemptions } = configuration;

  /** Why nothing is checked, as audit names it. */
  const exemptionOf = ({ namespace, user }: AdmissionRequest): string | undefined => {
    if (exemptions.namespaces.includes(namespace)) return 'namespace';
    return exemptions.usernames.includes(user.name) ? 'user' : undefined;
  };

  const check = (request: AdmissionRequest, pod: KubeObject | undefined, enforces: boolean) => {
    const exemption = exemptionOf(request);
    if (exemption !== undefined) return annotate(request, 'exempt', exemption);
    const namespace = reader.get(namespaces, '', request.namespace);
    if (!namespace && enforces) {
      throw internalError(`failed to lookup namespace ${JSON.stringify(request.namespace)}`);
    }
    const { policies, errors } = policiesOf(namespace?.metadata.labels, defaults);
    const { audit, warn } = policies;
    if (errors.length === 0 && (enforces ? isFullyPrivileged(policies) : isQuiet(audit, warn))) {
      if (enforces) annotate(request, 'enforce-policy', policyText(privileged));
      return undefined;
    }
    const { object, oldObject } = request;
    if (!pod || (enforces && oldObject && !changesImages(object!, oldObject))) return undefined;
    if (exemptions.runtimeClasses.includes(readSpec<IPodSpec>(pod).runtimeClassName ?? '')) {
      return annotate(request, 'exempt', 'runtimeClass');
    }
    if (errors.length > 0) {
      const texts = errors.map(({ field, message }) => `${field}: ${message}`);
      annotate(request, 'error', `Failed to parse policy: ${aggregate(texts)}`);
    }
    return evaluate(request, pod, policies, enforces);
  };
  return {
    name: 'PodSecurity',
    validate: (request) => {
      const { operation, object, subresource, definition } = request;
      if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      if (concerns(request, pods)) {
        if (!harmless.includes(subresource)) check(request, object, true);
      } else if (concerns(request, namespaces)) checkNamespace(request, { reader, clock, configuration });
      else {
        const path = podTemplatePaths.get(`${definition.group}/${definition.resource}`);
        if (path && subresource === '') check(request, podAt(object, path), false);
      }
    },
  };
};

const annotate = (request: AdmissionRequest, key: string, value: string): void =>
  request.annotate(labelPrefix + key, value);

const isQuiet = (audit: Policy, warn: Policy): boolean =>
  audit.level === 'privileged' && warn.level === 'privileged';

function evaluate(request: AdmissionRequest, pod: KubeObject, policies: Policies, enforces: boolean): void {
  const results = new Map<string, readonly Violation[]>();
  const broken = (policy: Policy): string | undefined => {
    const text = policyText(policy);
    let found = results.get(text);
    if (!found) results.set(text, (found = violations(policy, pod)));
    return found.length === 0
      ? undefined
      : `violate PodSecurity ${JSON.stringify(text)}: ${detailsText(found)}`;
  };
  if (enforces) annotate(request, 'enforce-policy', policyText(policies.enforce));
  const enforced = enforces ? broken(policies.enforce) : undefined;
  const audited = broken(policies.audit);
  if (audited !== undefined) annotate(request, 'audit-violations', `would ${audited}`);
  if (enforced !== undefined) {
    throw forbiddenError(request.definition, request.name, enforced.replace('violate', 'violates'));
  }
  const warned = broken(policies.warn);
  if (warned !== undefined) request.warn(`would ${warned}`);
}

/** What a template will be; undefined when there is none. */
function podAt(object: KubeObject, path: readonly string[]): KubeObject | undefined {
  let found: unknown = object;
  for (const field of path) found = isRecord(found) ? found[field] : undefined;
  if (!isRecord(found)) return undefined;
  const { metadata, spec } = found;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: (isRecord(metadata) ? metadata : {}) as KubeObject['metadata'],
    spec,
  };
}

/** Images, and containers to run them, are the only part of a pod that an update could make worse. */
function changesImages(pod: KubeObject, old: KubeObject): boolean {
  const imagesOf = (object: KubeObject, kind: 'containers' | 'initContainers') =>
    containersOf(object, [kind]).map(({ container }) => container.image);
  for (const kind of ['containers', 'initContainers'] as const) {
    const [now, before] = [imagesOf(pod, kind), imagesOf(old, kind)];
    if (now.length !== before.length || now.some((image, i) => image !== before[i])) return true;
  }
  const debuggers = containersOf(old, ['ephemeralContainers']);
  return containersOf(pod, ['ephemeralContainers']).some(
    ({ container: { name, image } }) =>
      !debuggers.some(({ container }) => container.name === name && container.image === image),
  );
}
