import type { GroupResource } from '../apimachinery/gvk.ts';

/** An entry of `resources`: `secrets`, `deployments.apps`, `*.apps`, `*.` (the core group) or `*.*`. */
export interface ResourcePattern {
  readonly text: string;
  matches(resource: GroupResource): boolean;
  /** Whether everything that the other one matches is matched by this one. */
  covers(other: ResourcePattern): boolean;
}

interface Parts {
  readonly resource: string;
  readonly group: string;
}

function parts(text: string): Parts {
  const dot = text.indexOf('.');
  return dot < 0
    ? { resource: text, group: '' }
    : { resource: text.slice(0, dot), group: text.slice(dot + 1) };
}

export function parseGroupResource(text: string): ResourcePattern {
  const own = parts(text);
  const fits = ({ resource, group }: Parts) =>
    (own.resource === '*' || own.resource === resource) &&
    (own.group === group || (own.group === '*' && own.resource === '*'));
  return { text, matches: fits, covers: (other) => fits(parts(other.text)) };
}

/** Why an entry cannot be used, in the reference server's words; undefined when it can. */
export function resourceProblem(text: string): string | undefined {
  if (text === '*') {
    return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  }
  if (text !== text.toLowerCase()) return 'resource name should not contain capital letters';
  const { resource, group } = parts(text);
  if (group === 'events.k8s.io') {
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  }
  if (group === 'extensions') {
    return "'extensions' group has been removed and cannot be used for encryption";
  }
  if (group === '*' && resource !== '*') return 'encrypting the same resource across groups is not supported';
  if (resource === '') return 'names no resource';
  return undefined;
}
