import { type ApiError, bareError, forbiddenError, TextError } from '../apimachinery/status.ts';
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

const withoutSigns = (text: string): string => text.replace(/[&<>]/g, (sign) => entities[sign]!);

/** The 403 of a request that no authorizer allowed. `reason` is the verdict's. */
export function forbidden(attributes: Attributes, reason: string): ApiError {
  const message = withoutSigns(forbiddenMessage(attributes));
  return forbiddenError(
    { group: attributes.group, resource: attributes.resource },
    attributes.name,
    reason === '' ? message : `${message}: ${reason}`,
  );
}

/** The 500 of a request about which no authorizer could tell (`responsewriters.InternalError`). `path` is without its query. */
export const undecided = (path: string, error: string): TextError =>
  new TextError(bareError(withoutSigns(`Internal Server Error: ${JSON.stringify(path)}: ${error}`)).status);
