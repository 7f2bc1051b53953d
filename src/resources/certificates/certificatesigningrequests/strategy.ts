import { nameIsPathSegment } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { UserInfo } from '../../../apimachinery/user.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { keepDecisions, stampConditions } from './conditions.ts';
import { validateCsr, validateCsrApproval, validateCsrStatus, validateCsrUpdate } from './validation.ts';

/** Records who asks; what the sender wrote about that is dropped. */
function setRequester(csr: KubeObject, user: UserInfo): void {
  const {
    username: _username,
    uid: _uid,
    groups: _groups,
    extra: _extra,
    ...asked
  } = (csr['spec'] ?? {}) as Record<string, unknown>;
  const extra = user.extra ?? {};
  csr['spec'] = {
    ...asked,
    ...(user.name ? { username: user.name } : {}),
    ...(user.uid ? { uid: user.uid } : {}),
    ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

const keepSpec = (csr: KubeObject, old: KubeObject) => {
  csr['spec'] = old['spec'];
};

export const strategy: Strategy = {
  validateName: nameIsPathSegment,
  prepareForCreate: (csr, { user }) => setRequester(csr, user),
  // The spec is given on create and never changes, so it can't be among the fields that are reset.
  prepareForUpdate: keepSpec,
  validate: validateCsr,
  validateUpdate: validateCsrUpdate,
  resetFields: ['status'],
};

/** `/approval` decides: it writes the conditions and leaves the certificate alone. */
export const approvalStrategy: Strategy = {
  validateName: nameIsPathSegment,
  prepareForUpdate: (csr, old, { clock }) => stampConditions(csr, old, clock.now()),
  validateUpdate: validateCsrApproval,
  resetFields: ['spec', 'status.certificate'],
};

/** `/status` is for the signer: it writes the certificate and conditions other than the decision. */
export const statusStrategy: Strategy = {
  validateName: nameIsPathSegment,
  prepareForUpdate: (csr, old, { clock }) => {
    keepDecisions(csr, old);
    stampConditions(csr, old, clock.now());
  },
  validateUpdate: validateCsrStatus,
  resetFields: ['spec'],
};
