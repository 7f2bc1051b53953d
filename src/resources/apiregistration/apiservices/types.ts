import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

/** `apiregistration.k8s.io/v1` APIServiceSpec. */
export interface ApiServiceSpec {
  group?: string;
  version?: string;
  service?: { namespace?: string; name?: string; port?: number };
  caBundle?: string;
  insecureSkipTLSVerify?: boolean;
  groupPriorityMinimum?: number;
  versionPriority?: number;
}

export interface ApiServiceCondition {
  type?: string;
  status?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export const specOf = (apiService: KubeObject): ApiServiceSpec => readStruct(apiService, 'spec');

export const conditionsOf = (apiService: KubeObject): ApiServiceCondition[] =>
  readStruct<{ conditions?: ApiServiceCondition[] }>(apiService, 'status').conditions ?? [];
