import type { AdmissionChain } from '../admission/chain.ts';
import type { Clock } from '../apimachinery/clock.ts';
import type { JsonObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { SchemaSet } from '../scheme/schema.ts';
import type { KeyLayout } from '../storage/keys.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { TokenIssuer } from './actions/token.ts';
import type { Catalog, Served } from './catalog.ts';
import type { WriteHooks } from './hooks.ts';

/** What the registry works with; made once by `server.ts`. */
export interface Registry {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly schemas: SchemaSet;
  readonly admission: AdmissionChain;
  readonly hooks: WriteHooks;
  readonly layout: KeyLayout;
  readonly clock: Clock;
  readonly random: Random;
  /** Seconds that events are kept. */
  readonly eventTtlSeconds: number;
  /** Whether pods may have privileged containers. */
  readonly allowPrivileged: boolean;
  /** Signs tokens of service accounts; none are issued when absent. */
  readonly tokens?: TokenIssuer;
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Who wants a write, and how. */
export interface Caller {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Nobody sent this: the server writes of its own accord. */
  readonly isServer?: boolean;
  /** The options of the write as they were given, without their kind, for whoever admission asks. */
  readonly options?: JsonObject;
  /** Adds a `Warning:` header to the answer. */
  warn(text: string): void;
  /** Writes something into the audit record of the request, if there is one. What was said first stays. */
  annotate(key: string, value: string): void;
  /** The same with what holds parts of objects: only into records that have the objects themselves. */
  annotateContent(key: string, value: string): void;
}

/** What a request is about. */
export interface Target extends Served {
  /** '' for cluster-scoped resources. */
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
  /** '' for the main resource. */
  readonly subresource: string;
}
