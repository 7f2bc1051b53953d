import { parseGoDuration } from '../../apimachinery/duration.ts';
import { badRequest, unauthorized } from '../../apimachinery/status.ts';
import type { AuthenticationResult } from '../../authentication/types.ts';
import { forbidden } from '../../authorization/forbidden.ts';
import type { Attributes, Verdict } from '../../authorization/types.ts';
import type { Core } from '../core.ts';
import { isLongRunning } from '../deadlines.ts';
import { type Request, warn } from '../request.ts';
import { parseRequestInfo, type RequestInfo } from '../request-info.ts';
import { takeCredentials } from './credentials.ts';
import { flowControl } from './flow-control.ts';
import { impersonate, impersonationOf } from './impersonation.ts';
import type { Step } from './step.ts';

const requestInfo: Step = {
  name: 'request info',
  run: (_core, request) => {
    request.info = parseRequestInfo(request.exchange.method, request.exchange.target);
  },
};

/** `?timeout=`: a request may ask to be given up earlier than others (`WithRequestDeadline`). */
const deadline: Step = {
  name: 'deadline',
  run: (core, request) => {
    const text = request.info.query.get('timeout');
    if (text === null || text === '' || isLongRunning(request.info)) return;
    core.deadlines.shorten(request, timeoutMs(text));
  },
};

function timeoutMs(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${(error as Error).message}`);
  }
}

const authentication: Step = {
  name: 'authentication',
  run: (core, request) => {
    const result = core.authentication.authenticator.authenticate(takeCredentials(core, request));
    if (result instanceof Promise) return result.then((late) => identify(request, late));
    return identify(request, result);
  },
};

function identify(request: Request, result: AuthenticationResult): void {
  if (!result || 'invalid' in result) throw unauthorized();
  for (const text of result.warnings ?? []) warn(request, text);
  request.user = result.user;
}

const impersonation: Step = {
  name: 'impersonation',
  run: (core, request) => {
    const wanted = impersonationOf(request.exchange);
    if (wanted) return impersonate(core, request, wanted);
  },
};

const authorization: Step = {
  name: 'authorization',
  run: (core, request) => {
    const attributes = attributesOf(request, request.info);
    const verdict = core.authorizer.authorize(attributes);
    if (verdict instanceof Promise) return verdict.then((late) => allow(attributes, late));
    return allow(attributes, verdict);
  },
};

function allow(attributes: Attributes, { decision, reason }: Verdict): void {
  if (decision !== 'allow') throw forbidden(attributes, reason);
}

export function attributesOf({ user }: Request, info: RequestInfo, verb = info.verb): Attributes {
  return {
    user,
    verb,
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    resourceRequest: info.isResource,
    path: info.path,
  };
}

/** A second look at the same request with another verb: a PUT that turns out to create. */
export async function authorizeVerb(core: Core, request: Request, verb: string): Promise<void> {
  const attributes = attributesOf(request, request.info, verb);
  allow(attributes, await core.authorizer.authorize(attributes));
}

/** The chain, in execution order. What follows is the verb. */
export const chain: readonly Step[] = [
  requestInfo,
  deadline,
  authentication,
  impersonation,
  flowControl,
  authorization,
];
