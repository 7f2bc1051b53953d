import { internalError } from '../../apimachinery/status.ts';
import type { AuditTrail } from '../../audit/trail.ts';
import type { Credentials } from '../../authentication/types.ts';
import type { Core } from '../core.ts';
import { isLongRunning } from '../deadlines.ts';
import type { Exchange } from '../exchange.ts';
import type { Request } from '../request.ts';
import { attributesOf } from './attributes.ts';

/** Longest `Audit-ID` that a sender may choose. */
const maxAuditIdLength = 64;

/** A sender may name its request; what it sends otherwise is replaced. */
export function auditIdOf({ auditIds }: Pick<Core, 'auditIds'>, { headers }: Exchange): string {
  const given = headers['audit-id'];
  return given && given.length <= maxAuditIdLength ? given : auditIds();
}

/** Opens the record of a request (`WithAudit` of apiserver). */
export function beginAudit(core: Core, request: Request): void | Promise<void> {
  const { auditor } = core;
  request.audit = auditor?.begin(attributesOf(request, request.info), originOf(core, request));
  for (const [key, value] of Object.entries(request.userAnnotations ?? {}))
    request.audit?.annotate(key, value);
  const taken = request.audit?.received() ?? true;
  const refuse = () => {
    auditor?.rejected();
    throw internalError('failed to store audit event');
  };
  if (taken instanceof Promise) return taken.then((late) => (late ? undefined : refuse()));
  if (!taken) refuse();
}

/** Records that nobody knows who sent a request: one event, when it is answered (`WithFailedAuthenticationAudit`). */
export function recordUnauthenticated(core: Core, request: Request, credentials: Credentials): void {
  const audited = { ...attributesOf(request, request.info), user: undefined };
  const trail = core.auditor?.begin(audited, { ...originOf(core, request), isLongRunning: true });
  if (!trail) return;
  const tried = triedMethods(credentials);
  const message =
    tried.length === 0
      ? 'Authentication failed, no credentials provided'
      : `Authentication failed, attempted: ${tried.join(', ')}`;
  request.audit = onlyStart(trail, message);
}

/** The 401 itself says nothing about what was tried. */
const onlyStart = (trail: AuditTrail, message: string): AuditTrail => ({
  ...trail,
  responding(code) {
    trail.status({ message });
    trail.responding(code);
  },
  status() {},
  complete() {},
});

/** Names the ways in which somebody tried to say who they are; upstream's `getAuthMethods`. */
function triedMethods({ headers, parameters, tokens, certificates }: Credentials): string[] {
  const [scheme = ''] = (headers['authorization'] ?? '').trim().toLowerCase().split(' ');
  const isBearer = scheme === 'bearer';
  return [
    ...(scheme === 'basic' || parameters ? ['basic'] : []),
    ...(isBearer ? ['bearer'] : []),
    ...(tokens.length > (isBearer ? 1 : 0) ? ['access_token'] : []),
    ...(certificates.length > 0 ? ['x509'] : []),
  ];
}

function originOf({ registry: { clock } }: Core, { auditId, exchange, startMs, info }: Request) {
  const { headers, target, peer } = exchange;
  return {
    auditId,
    requestUri: target,
    sourceIps: sourceIps(headers, peer.address),
    userAgent: headers['user-agent'] ?? '',
    receivedMs: clock.now() - (clock.monotonicMs() - startMs),
    isLongRunning: isLongRunning(info),
  };
}

/** What proxies say, then who they are (`utilnet.SourceIPs`). */
function sourceIps(headers: Exchange['headers'], address: string): string[] {
  const forwarded = (headers['x-forwarded-for'] ?? '').split(',').map((text) => text.trim());
  const real = (headers['x-real-ip'] ?? '').trim();
  return [...new Set([...forwarded, real, address])].filter((text) => text !== '').slice(0, maxSourceIps);
}

/** Addresses that are written down. */
const maxSourceIps = 32;
