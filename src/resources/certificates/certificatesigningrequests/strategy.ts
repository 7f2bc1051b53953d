import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  resetFields: ['spec', 'status'],
};

/** `/approval` writes everything but the fields it resets. */
export const approvalStrategy: Strategy = { resetFields: ['spec', 'status.certificate'] };

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec', 'status.conditions'] };
