import { internalError } from '../../apimachinery/status.ts';
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
export function recordUnauthenticated(core: Core, request: Request): void {
  const audited = { ...attributesOf(request, request.info), user: undefined };
  const trail = core.auditor?.begin(audited, { ...originOf(core, request), isLongRunning: true });
  if (trail) request.audit = { ...trail, complete() {} };
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
