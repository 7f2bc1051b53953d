import type { UserInfo } from './user.ts';

/** Which resource is asked for, and what is to be done with it. */
export interface ResourceRequest {
  readonly user: UserInfo;
  /** Lower case: `get`, `list`, … for resources, the HTTP method in lower case for other paths. */
  readonly verb: string;
  /** '' for the core group. */
  readonly group: string;
  /** `*` in access reviews that name none. */
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' at the cluster scope and for all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** What a request asks for. For a path that is no resource everything but `user`, `verb` and `path` is ''. */
export interface RequestAttributes extends ResourceRequest {
  readonly resourceRequest: boolean;
  readonly path: string;
}
