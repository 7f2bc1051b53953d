/** Who sent a request, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Members may do everything, whatever the authorizers say. */
export const systemPrivilegedGroup = 'system:masters';

export const anonymousUser: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The identity of the server's own in-process requests. */
export const loopbackUser: UserInfo = {
  name: 'system:apiserver',
  groups: ['system:authenticated', systemPrivilegedGroup],
};
