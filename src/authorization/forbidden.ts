import { type ApiError, forbiddenError } from '../apimachinery/status.ts';
import type { Attributes } from './types.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What is refused, in the words of apiserver `responsewriters.forbiddenMessage`. */
export function forbiddenMessage(attributes: Attributes): string {
  const { user, verb, group, namespace, path } = attributes;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (!attributes.resourceRequest) return `${who} path ${JSON.stringify(path)}`;
  const resource = attributes.subresource
    ? `${attributes.resource}/${attributes.subresource}`
    : attributes.resource;
  const what = `${who} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)}`;
  return namespace === ''
    ? `${what} at the cluster scope`
    : `${what} in the namespace ${JSON.stringify(namespace)}`;
}

/** The 403 of a request that no authorizer allowed. `reason` is the verdict's. */
export function forbidden(attributes: Attributes, reason: string): ApiError {
  const message = forbiddenMessage(attributes).replace(/[&<>]/g, (sign) => entities[sign]!);
  return forbiddenError(
    { group: attributes.group, resource: attributes.resource },
    attributes.name,
    reason === '' ? message : `${message}: ${reason}`,
  );
}
