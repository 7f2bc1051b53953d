import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import { eventJson, eventLine } from '../event-json.ts';
import type { AuditLogOptions } from '../options.ts';
import type { AuditBackend } from '../types.ts';
import { type LineFile, openRotatingFile, standardOutput } from './rotating-file.ts';

const megabyte = 1024 * 1024;

/** `--audit-log-path`: a line for each event. Rejects with a system error when the file cannot be written. */
export async function openLogBackend(
  options: AuditLogOptions,
  clock: Clock,
  log: Log,
): Promise<AuditBackend> {
  const toLine = options.format === 'json' ? eventJson : eventLine;
  const file: LineFile =
    options.path === '-'
      ? standardOutput
      : await openRotatingFile({
          path: options.path,
          maxBytes: options.maxSizeMegabytes * megabyte || Number.POSITIVE_INFINITY,
          maxBackups: options.maxBackups || Number.POSITIVE_INFINITY,
          maxAgeDays: options.maxAgeDays || Number.POSITIVE_INFINITY,
          compress: options.compress,
          clock,
          log,
        });
  return {
    name: 'log',
    deliver: (events) => file.append(events.map((event) => `${toLine(event)}\n`).join('')),
    close: () => file.close(),
  };
}
