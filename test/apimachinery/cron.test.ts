import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronError, isKnownTimeZone } from '../../src/apimachinery/cron.ts';

test('schedules that cron takes pass', () => {
  const schedules = [
    '* * * * *',
    '*/5 0-6 1,15 jan-MAR sun',
    '0 0 ? * *',
    '5/10 * * * 6',
    ' 1\t2 3 4 5 ',
    '@hourly',
    '@every 1h30m',
  ];
  for (const schedule of schedules) assert.equal(cronError(schedule), undefined, schedule);
});

test('other schedules are refused in the words of the library', () => {
  const cases: Record<string, string> = {
    '': 'empty spec string',
    '* * *': 'expected exactly 5 fields, found 3: [* * *]',
    '60 * * * *': 'end of range (60) above maximum (59): 60',
    '* * 0 * *': 'beginning of range (0) below minimum (1): 0',
    '5-1 * * * *': 'beginning of range (5) beyond end of range (1): 5-1',
    '1-2-3 * * * *': 'too many hyphens: 1-2-3',
    '1/2/3 * * * *': 'too many slashes: 1/2/3',
    '*/0 * * * *': 'step of range should be a positive number: */0',
    'x * * * *': 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
    '@fortnightly': 'unrecognized descriptor: @fortnightly',
    '@every x': 'failed to parse duration @every x: time: invalid duration "x"',
  };
  for (const [schedule, message] of Object.entries(cases)) assert.equal(cronError(schedule), message);
});

test('time zones are those of the IANA database', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York'])
    assert.equal(isKnownTimeZone(zone), true, zone);
  for (const zone of ['', '+01:00', 'Mars/Base', '../etc/passwd'])
    assert.equal(isKnownTimeZone(zone), false, zone);
});
