import type { Figure } from '../apimachinery/figure.ts';
import type { Log } from '../apimachinery/log.ts';
import { type AuditBackend, type Level, levels } from './types.ts';

/** What is counted about audit, under the names of the reference server. */
export interface AuditCounts {
  decided(level: Level): void;
  produced(): void;
  /** Events that did not get to where they should. */
  lost(backend: AuditBackend['name'], events: number, why: unknown): void;
  rejected(): void;
  readonly figures: readonly Figure[];
}

export function createAuditCounts(log: Log): AuditCounts {
  const byLevel = new Map<Level, number>(levels.map((level) => [level, 0]));
  const byBackend = new Map<AuditBackend['name'], number>();
  let produced = 0;
  let rejected = 0;
  return {
    decided: (level) => void byLevel.set(level, byLevel.get(level)! + 1),
    produced: () => void produced++,
    lost(backend, events, why) {
      byBackend.set(backend, (byBackend.get(backend) ?? 0) + events);
      log.error('audit events are lost', { backend, events, error: why });
    },
    rejected: () => void rejected++,
    figures: [
      counter('apiserver_audit_event_total', 'Audit events made and sent on.', () => [
        { labels: {}, value: produced },
      ]),
      counter(
        'apiserver_audit_requests_rejected_total',
        'Requests refused because they could not be recorded.',
        () => [{ labels: {}, value: rejected }],
      ),
      counter(
        'apiserver_audit_level_total',
        'Requests by the level that the audit policy gave them.',
        () => [...byLevel].map(([level, value]) => ({ labels: { level }, value })),
        ['level'],
      ),
      counter(
        'apiserver_audit_error_total',
        'Audit events that were lost, by backend.',
        () => [...byBackend].map(([plugin, value]) => ({ labels: { plugin }, value })),
        ['plugin'],
      ),
    ],
  };
}

const counter = (
  name: string,
  help: string,
  samples: Figure['samples'],
  labelNames: readonly string[] = [],
): Figure => ({ name, help, type: 'counter', labelNames, samples });
