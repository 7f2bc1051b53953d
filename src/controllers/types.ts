import type { Clock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Issuer } from '../pki/certificate.ts';
import type { Api } from './api.ts';
import type { Following } from './follow.ts';

/** What a controller is given when the server starts. */
export interface ControllerTools {
  /** The API as the service account of this name in kube-system sees it. */
  readonly apiAs: (account: string) => Api;
  /** The API as kube-controller-manager itself sees it. */
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Signs certificates: an authority that the server trusts. Made or read when first asked for. */
  readonly authority: () => Promise<Required<Issuer>>;
  /** PEM of who signed the certificate that the server shows; undefined when nobody knows. */
  readonly rootCa: string | undefined;
  /** Signs the payload of a service account token. */
  readonly signToken: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** A guest that makes what is so what it should be. Controllers know the API and nothing else of the house. */
export interface Controller {
  /** As `--controllers` names it: kube-controller-manager's name, and its older one. */
  readonly names: readonly [string, string];
  /** Begins to follow what it is about. */
  readonly start: (tools: ControllerTools) => Following;
}
