/** How much memory other processes hold and how long they have computed, as the system counts it. */
import { readFileSync } from 'node:fs';

export type Resident = {
  /** What the process has written itself. */
  readonly ownMb: number;
  /** Pages of files, which processes of the same program share. */
  readonly mappedMb: number;
};

/** Resident memory of a process; nothing where the system does not tell. */
export function residentOf(pid: number | undefined): Resident {
  const status = read(pid, 'status');
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { ownMb: mb('RssAnon') + mb('RssShmem'), mappedMb: mb('RssFile') };
}

/** Seconds of processor time a process has used; 0 where the system does not tell. */
export function processorSeconds(pid: number | undefined): number {
  // The name in parentheses may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
}

/** Clock ticks a second, the same on every Linux. */
const TICKS = 100;

function read(pid: number | undefined, file: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** What `ps` shows as resident. */
export const wholeMb = ({ ownMb, mappedMb }: Resident): number => ownMb + mappedMb;
