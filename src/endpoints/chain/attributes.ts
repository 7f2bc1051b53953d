import type { Attributes } from '../../authorization/types.ts';
import type { Request } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

/** What authorization and audit look at. */
export function attributesOf({ user }: Request, info: RequestInfo, verb = info.verb): Attributes {
  return {
    user,
    verb,
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    resourceRequest: info.isResource,
    path: info.path,
  };
}
