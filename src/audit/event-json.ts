import type { AuditEvent } from './types.ts';

/** An event as `audit.k8s.io/v1` JSON, on one line. */
export function eventJson({ requestObject, responseObject, ...event }: Readonly<AuditEvent>): string {
  const text = JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...event });
  const request = requestObject === undefined ? '' : `,"requestObject":${requestObject}`;
  const response = responseObject === undefined ? '' : `,"responseObject":${responseObject}`;
  return `${text.slice(0, -1)}${request}${response}}`;
}

/** An `audit.k8s.io/v1` EventList. */
export const eventListJson = (events: readonly Readonly<AuditEvent>[]): string =>
  `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.map(eventJson).join(',')}]}`;

const quoted = (text: string): string => JSON.stringify(text);
const listed = (texts: readonly string[]): string => texts.map(quoted).join(',');

/** `--audit-log-format=legacy`: the line that upstream's `EventString` writes. */
export function eventLine(event: Readonly<AuditEvent>): string {
  const { user, impersonatedUser: as } = event;
  const fields: readonly (readonly [string, string])[] = [
    ['id', event.auditID],
    ['stage', event.stage],
    ['ip', event.sourceIPs?.[0] ?? '<unknown>'],
    ['method', event.verb],
    ['user', user.username || '<none>'],
    ['groups', user.username && user.groups?.length ? listed(user.groups) : '<none>'],
    ['as', as ? (as.username ?? '') : '<self>'],
    ['asgroups', as?.groups ? listed(as.groups) : '<lookup>'],
    ['user-agent', event.userAgent ?? ''],
    ['namespace', event.objectRef?.namespace || '<none>'],
    ['uri', event.requestURI],
    ['response', event.responseStatus ? String(event.responseStatus.code ?? 0) : '<deferred>'],
  ];
  return `${event.requestReceivedTimestamp} AUDIT: ${fields.map(([name, value]) => `${name}=${quoted(value)}`).join(' ')}`;
}
