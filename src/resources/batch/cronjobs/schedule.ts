import { cronError } from '../../../apimachinery/cron.ts';
import { isKnownTimeZone } from './time-zone.ts';

/** The time zone that schedules could begin with before there was a field for it. */
const zonePattern = /^(?:CRON_)?TZ=([^ ]*) /;

/** What is wrong with a schedule, in the words of the reference server's cron parser. */
export function scheduleError(schedule: string): string | undefined {
  const match = zonePattern.exec(schedule);
  if (!match) return cronError(schedule);
  const [prefix, zone] = match as unknown as [string, string];
  if (zone !== '' && !isKnownTimeZone(zone)) {
    return `provided bad location ${zone}: unknown time zone ${zone}`;
  }
  return cronError(schedule.slice(prefix.length).trim());
}
