import type { Clock } from '../apimachinery/clock.ts';
import type { ContainerImages } from '../apimachinery/container-image.ts';
import type { Log } from '../apimachinery/log.ts';
import type { NodeLinks } from '../apimachinery/node-link.ts';
import type { Random } from '../apimachinery/random.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { Activity } from '../client/activity.ts';
import type { Client } from '../client/client.ts';
import type { Informers } from '../client/informers.ts';
import type { WorkClock } from '../client/work-clock.ts';
import type { Issuer } from '../pki/certificate.ts';

/** What a controller is given when the server starts. */
export interface ControllerTools {
  /** The API as the service account of this name in kube-system sees it. */
  readonly clientAs: (account: string) => Client;
  /** The API as anybody else sees it. */
  readonly clientOf: (user: UserInfo) => Client;
  /** Copies of what is there, shared by all controllers. Own writes through the clients above are in them at once. */
  readonly informers: Informers;
  /** For what is still to be done. */
  readonly clock: WorkClock;
  /** For what is done again and again as long as the cluster lives: nobody waits for it. */
  readonly upkeep: Clock;
  /** For work that neither a client nor a queue counts. */
  readonly activity: Activity;
  readonly random: Random;
  readonly log: Log;
  /** Signs certificates: an authority that the server trusts. Made or read when first asked for. */
  readonly authority: () => Promise<Required<Issuer>>;
  /** PEM of who signed the certificate that the server shows; undefined when nobody knows. */
  readonly rootCa: string | undefined;
  /** Whether other servers answer too, to which what was answered here may be news for a moment. */
  readonly othersServe: boolean;
  /** Functions that run containers on simulated nodes, by image; absent: none. */
  readonly images?: ContainerImages;
  /** The API over HTTP, as whoever the request says; absent: there is no way. */
  readonly fetch?: typeof fetch;
  /** Where who runs nodes says so to the server; absent: nobody asks. */
  readonly nodeLinks?: NodeLinks;
  /** Signs the payload of a service account token. */
  readonly signToken: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** Something that was started. */
export interface Running {
  /** Lets what is being done end, and does nothing more. */
  stop(): Promise<void>;
}

/** A guest that makes what is so what it should be. Controllers know the API and nothing else of the house. */
export interface Controller {
  /** As `--controllers` names it: kube-controller-manager's name, and its older one where it has one. */
  readonly names: readonly [string, ...string[]];
  /** Not among those that `*` stands for, as in kube-controller-manager. */
  readonly onlyWhenNamed?: boolean;
  /** Begins to follow what it is about. */
  readonly start: (tools: ControllerTools) => Running;
}
