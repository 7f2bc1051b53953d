import { formatTime } from '../../../apimachinery/clock.ts';
import { nameIsPathSegment } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { type ApiServiceCondition, specOf } from './types.ts';
import { validateApiService, validateApiServiceStatus } from './validation.ts';

const locallyAvailable = (nowMs: number): ApiServiceCondition => ({
  type: 'Available',
  status: 'True',
  lastTransitionTime: formatTime(nowMs),
  reason: 'Local',
  message: 'Local APIServices are always available',
});

/** What the server serves itself is available at once; for the rest a controller finds out. */
function initialStatus(apiService: KubeObject, nowMs: number): void {
  apiService['status'] = specOf(apiService).service ? {} : { conditions: [locallyAvailable(nowMs)] };
}

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  validateName: nameIsPathSegment,
  allowUnconditionalUpdate: false,
  prepareForCreate: (apiService, { clock }) => initialStatus(apiService, clock.now()),
  validate: validateApiService,
  validateUpdate: validateApiService,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateName: nameIsPathSegment,
  allowUnconditionalUpdate: false,
  validateUpdate: validateApiServiceStatus,
  resetFields: ['metadata', 'spec'],
};
