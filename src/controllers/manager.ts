import type { UserInfo } from '../apimachinery/user.ts';

/** Who kube-controller-manager itself is; its controllers have service accounts of their own. */
export const managerUser: UserInfo = {
  name: 'system:kube-controller-manager',
  groups: ['system:authenticated'],
};
