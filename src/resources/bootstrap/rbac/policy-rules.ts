import type { PolicyRule } from '../../rbac/policy-rule.ts';

const words = (text: string): string[] => text.split(' ');

/**
 * A rule on resources. Lists are words: verbs, resources, API groups (`core` is the group without a name) and, when only
 * some objects are meant, their names.
 */
export function on(verbs: string, resources: string, groups = 'core', names?: string): PolicyRule {
  return {
    verbs: words(verbs),
    apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
    resources: words(resources),
    ...(names === undefined ? {} : { resourceNames: words(names) }),
  };
}

/** A rule on paths that are no resources. */
export const onUrls = (verbs: string, urls: string): PolicyRule => ({
  verbs: words(verbs),
  nonResourceURLs: words(urls),
});

/** What every component that reports events needs. */
export const writeEvents = (): PolicyRule => on('create patch update', 'events', 'core events.k8s.io');
