import type { Log } from '../apimachinery/log.ts';
import type { NodeLinks } from '../apimachinery/node-link.ts';
import type { Pump } from '../apimachinery/pump.ts';
import type { Auditor } from '../audit/index.ts';
import type { Authentication } from '../authentication/index.ts';
import type { Discovery } from '../authentication/service-account/discovery.ts';
import type { Authorization } from '../authorization/index.ts';
import type { Authorizer, RuleResolver } from '../authorization/types.ts';
import type { FlowControl } from '../flowcontrol/types.ts';
import type { Registry } from '../registry/context.ts';
import type { AllowsOrigin } from './chain/cors.ts';
import type { Impersonate } from './chain/impersonate.ts';
import type { Deadlines } from './deadlines.ts';
import type { ApiMetrics } from './metrics.ts';
import type { VirtualResources } from './virtual/types.ts';

/** What the chain and the verbs work with; made once by `server.ts`. */
export interface Core {
  readonly registry: Registry;
  readonly virtual: VirtualResources;
  /** What can be reached of what runs pods. */
  readonly nodes: NodeLinks;
  readonly authentication: Authentication;
  /** What explains our service account tokens to others; undefined when the issuer is no URL. */
  readonly discovery: () => Promise<Discovery> | undefined;
  readonly authorizer: Authorizer;
  readonly impersonate: Impersonate;
  readonly explain: Authorization['explain'];
  /** In a line, what is nearest to allowing a refused request. */
  readonly hint: Authorization['hint'];
  readonly rules: RuleResolver;
  /** Undefined: pages of other origins may not use the API. */
  readonly allowsOrigin: AllowsOrigin | undefined;
  /** Undefined: nothing is recorded. */
  readonly auditor: Auditor | undefined;
  readonly auditIds: () => string;
  readonly metrics: ApiMetrics;
  readonly deadlines: Deadlines;
  readonly flowControl: FlowControl;
  readonly log: Log;
  readonly pump: Pump;
  /** Seconds: lower bound of the random time after which a watch is ended. */
  readonly minRequestTimeoutSeconds: number;
  /** Aborts when the server begins to stop: watches end cleanly. */
  readonly stopping: AbortSignal;
  readonly healthChecks: readonly HealthCheck[];
}

export interface HealthCheck {
  readonly name: string;
  /** Which of `/healthz`, `/livez`, `/readyz` run it. */
  readonly on: readonly ('healthz' | 'livez' | 'readyz')[];
  /** A reason when it fails. */
  readonly check: () => string | undefined;
  /** What `?verbose` tells beside a check that does not fail; '' for nothing. */
  readonly note?: () => string;
}
