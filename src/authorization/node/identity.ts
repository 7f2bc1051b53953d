import type { UserInfo } from '../../apimachinery/user.ts';

const prefix = 'system:node:';
const nodesGroup = 'system:nodes';

/** The name of the node that a kubelet runs on: '' when it does not say, undefined for everybody else. */
export const nodeNameOf = ({ name, groups }: UserInfo): string | undefined =>
  name.startsWith(prefix) && groups.includes(nodesGroup) ? name.slice(prefix.length) : undefined;
