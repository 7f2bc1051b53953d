import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import type { Condition } from '../../validation/conditions.ts';

/** `resource.k8s.io/v1alpha3` ResourcePoolStatusRequestSpec. */
export interface PoolRequestSpec {
  driver?: string;
  poolName?: string;
  limit?: number;
}

export interface PoolStatus {
  totalDevices?: number;
  allocatedDevices?: number;
  availableDevices?: number;
  unavailableDevices?: number;
  validationError?: string;
}

export interface PoolRequestStatus {
  poolCount?: number;
  pools?: PoolStatus[];
  conditions?: Condition[];
}

export const specOf = (request: KubeObject): PoolRequestSpec => readStruct(request, 'spec');

export const statusOf = (request: KubeObject): PoolRequestStatus | undefined =>
  request['status'] as PoolRequestStatus | undefined;
