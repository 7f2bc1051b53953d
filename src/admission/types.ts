import type { Clock } from '../apimachinery/clock.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Reader } from '../apimachinery/reader.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write as admission sees it. Objects are in the stored version. */
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly definition: ResourceDefinition;
  readonly subresource: string;
  /** '' for cluster-scoped resources. */
  readonly namespace: string;
  /** '' on a create with generateName that has not been named yet. */
  readonly name: string;
  /** The new object; absent on DELETE. Only `mutate` may change it, in place. */
  readonly object?: KubeObject | undefined;
  /** The object as it is; absent on CREATE. Must not be changed. */
  readonly oldObject?: KubeObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  warn(text: string): void;
}

/** What a plugin is given when the server starts. */
export interface AdmissionTools {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly random: Random;
}

/** Refuses by throwing an ApiError. Mutating runs first over all plugins, validating afterwards. */
export interface AdmissionPlugin {
  readonly name: string;
  readonly mutate?: (request: AdmissionRequest) => void | Promise<void>;
  readonly validate?: (request: AdmissionRequest) => void | Promise<void>;
}

export type AdmissionPluginFactory = (tools: AdmissionTools) => AdmissionPlugin;
