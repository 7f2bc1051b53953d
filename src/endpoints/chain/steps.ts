import { parseGoDuration } from '../../apimachinery/duration.ts';
import { badRequest, unauthorized } from '../../apimachinery/status.ts';
import type { AuthenticationResult } from '../../authentication/types.ts';
import { forbidden, undecided } from '../../authorization/forbidden.ts';
import type { Attributes, Verdict } from '../../authorization/types.ts';
import type { Core } from '../core.ts';
import { isLongRunning, timedOut } from '../deadlines.ts';
import { type Request, warn } from '../request.ts';
import { parseRequestInfo } from '../request-info.ts';
import { attributesOf } from './attributes.ts';
import { beginAudit, recordUnauthenticated } from './audit.ts';
import { allowOrigin } from './cors.ts';
import { takeCredentials } from './credentials.ts';
import { flowControl } from './flow-control.ts';
import { type Impersonation, impersonationOf } from './impersonation.ts';
import type { Step } from './step.ts';

const requestInfo: Step = {
  name: 'request info',
  run: (_core, request) => {
    request.info = parseRequestInfo(request.exchange.method, request.exchange.target);
  },
};

/** No request is answered faster than this; timers are too coarse to say so. */
const shortestMs = 0.01;

/** `?timeout=`: a request may ask to be given up earlier than others (`WithRequestDeadline`). */
const deadline: Step = {
  name: 'deadline',
  run: (core, request) => {
    const text = request.info.query.get('timeout');
    if (text === null || text === '' || isLongRunning(request.info)) return;
    const ms = timeoutMs(text);
    if (ms > 0 && ms < shortestMs) throw timedOut();
    core.deadlines.shorten(request, ms);
  },
};

function timeoutMs(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${(error as Error).message}`);
  }
}

const cors: Step = { name: 'cors', run: allowOrigin };

const authentication: Step = {
  name: 'authentication',
  run: (core, request) => {
    const credentials = takeCredentials(core, request);
    const result = core.authentication.authenticator.authenticate(credentials);
    if (result instanceof Promise) {
      return result.then((late) => identify(core, request, late));
    }
    return identify(core, request, result);
  },
};

function identify(core: Core, request: Request, result: AuthenticationResult): void {
  core.authentication.counts.add(result);
  if (!result || 'invalid' in result) {
    if (result) core.log.debug('credentials refused', { error: result.invalid });
    recordUnauthenticated(core, request);
    const { challenge } = core.authentication;
    if (challenge !== undefined) request.challenge = challenge;
    throw unauthorized();
  }
  for (const text of result.warnings ?? []) warn(request, text);
  request.user = result.user;
  request.userAnnotations = result.auditAnnotations;
}

const audit: Step = { name: 'audit', run: beginAudit };

const impersonation: Step = {
  name: 'impersonation',
  run: (core, request) => {
    const wanted = impersonationOf(request.exchange);
    if (wanted) return impersonate(core, request, wanted);
  },
};

async function impersonate(core: Core, request: Request, wanted: Impersonation): Promise<void> {
  const { user, constraint } = await core.impersonate(attributesOf(request, request.info), wanted);
  request.user = user;
  request.audit?.impersonating(user, constraint);
}

const authorization: Step = {
  name: 'authorization',
  run: (core, request) => {
    const attributes = attributesOf(request, request.info);
    const verdict = core.authorizer.authorize(attributes);
    if (verdict instanceof Promise) return verdict.then((late) => allow(core, request, attributes, late));
    return allow(core, request, attributes, verdict);
  },
};

/** An authorizer that could not tell is a failure of the server, not of the sender (`WithAuthorization`). */
function allow(core: Core, { audit: trail, info }: Request, attributes: Attributes, verdict: Verdict): void {
  const { decision, reason, error } = verdict;
  const failed = decision !== 'allow' && error !== undefined;
  if (!failed) trail?.annotate('authorization.k8s.io/decision', decision === 'allow' ? 'allow' : 'forbid');
  trail?.annotate('authorization.k8s.io/reason', failed ? 'internal error' : reason);
  if (failed) throw undecided(info.path, error);
  if (decision === 'allow') return;
  const why = trail ? core.hint(attributes) : '';
  if (why !== '') trail?.annotate('binnacle.dev/why', why);
  throw forbidden(attributes, reason);
}

/** A second look at the same request with another verb: a PUT that turns out to create. */
export async function authorizeVerb(core: Core, request: Request, verb: string): Promise<void> {
  const attributes = attributesOf(request, request.info, verb);
  allow(core, request, attributes, await core.authorizer.authorize(attributes));
}

/** The chain, in execution order. What follows is the verb. */
export const chain: readonly Step[] = [
  requestInfo,
  deadline,
  cors,
  authentication,
  audit,
  impersonation,
  flowControl,
  authorization,
];
