import type { Clock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import type { Reloads } from '../configuration/reloads.ts';
import { anonymous } from './anonymous/authenticator.ts';
import type { AuthenticationOptions } from './options.ts';
import { transport } from './transport/authenticator.ts';
import type { Authenticator } from './types.ts';
import { unionAuthenticator } from './union.ts';
import { x509 } from './x509/authenticator.ts';

/** What authenticators may use. */
export interface AuthenticationTools {
  readonly reader: StampedReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
}

/**
 * The authenticators that the options ask for, in the reference server's order. Reads the files that the options name; throws
 * a ConfigError when one is not good.
 */
export async function createAuthentication(
  options: AuthenticationOptions,
  _tools: AuthenticationTools,
): Promise<Authenticator> {
  return unionAuthenticator([transport, x509, ...(options.anonymous ? [anonymous] : [])]);
}
