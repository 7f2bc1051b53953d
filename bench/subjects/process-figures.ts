import { readFileSync } from 'node:fs';

/** The kernel's unit of CPU time in /proc, everywhere where Linux runs today. */
const ticksPerSecond = 100;
const mebibyteKiB = 1024;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** CPU time that processes have used, user and system, milliseconds; undefined where there is no /proc. */
export function cpuMs(pids: readonly number[]): number | undefined {
  let ticks = 0;
  for (const pid of pids) {
    // The command, in brackets, may hold spaces; what follows does not.
    const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
    if (!fields) return undefined;
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / ticksPerSecond) * 1000;
}

/** Resident memory of processes together, MiB; undefined where there is no /proc. */
export function residentMiB(pids: readonly number[]): number | undefined {
  let kibibytes = 0;
  for (const pid of pids) {
    const line = read(`/proc/${pid}/status`)?.match(/^VmRSS:\s+(\d+) kB$/m);
    if (!line) return undefined;
    kibibytes += Number(line[1]);
  }
  return kibibytes / mebibyteKiB;
}
