import { readdir, readFile } from 'node:fs/promises';

/** The kernel's unit for programs, on all of its architectures: https://man7.org/linux/man-pages/man7/time.7.html */
const TICK_MS = 10;

/**
 * How long a process and those that it has started have had a processor, in milliseconds, from `/proc`
 * (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html); null where there is none.
 */
export async function processorMs(pid: number): Promise<number | null> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return null;
  const stats = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      // It may have ended meanwhile.
      .map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return sumOf(stats, pid);
}

/** The same of what the files of all processes say. */
export function sumOf(stats: readonly string[], pid: number): number {
  let ticks = 0;
  for (const stat of stats) {
    // The name of a program may hold anything, a parenthesis too.
    const [, ppid, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isMine = Number.parseInt(stat, 10) === pid || Number(ppid) === pid;
    if (isMine) ticks += Number(rest[9]) + Number(rest[10]);
  }
  return ticks * TICK_MS;
}
