import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What the operating system says about one process. */
export interface ProcessFacts {
  parentPid: number;
  /** Ended, but not yet reaped by its parent: it does nothing any more, though signals still "reach" it. */
  zombie: boolean;
  /** A number that two processes with the same pid do not share: digits only, its unit depends on the system. */
  startedAt: string;
  commandLine: string;
}

const hasProc = existsSync('/proc/self/stat');

/** Reads a process, or null when there is none with this id. */
export function readProcess(pid: number): ProcessFacts | null {
  try {
    return hasProc ? readFromProc(pid) : readFromPs(pid);
  } catch {
    return null;
  }
}

/** Names this process for as long as it lives: `<pid>-<start>`, safe in file names and in `cluster_name`. */
export function ownTag(): string {
  return `${process.pid}-${readProcess(process.pid)?.startedAt ?? '0'}`;
}

/** Whether the process named by `ownTag()` earlier, here or elsewhere, still runs. */
export function isTagAlive(tag: string): boolean {
  const [pid, startedAt] = tag.split('-');
  const facts = readProcess(Number(pid));
  return facts !== null && !facts.zombie && facts.startedAt === startedAt;
}

// proc(5), https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name in brackets may hold spaces and brackets,
// so fields are counted from the last bracket: state is the first after it, ppid the second, starttime the twentieth.
function readFromProc(pid: number): ProcessFacts {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    parentPid: Number(fields[1]),
    startedAt: fields[19] ?? '0',
    commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
  };
}

function readFromPs(pid: number): ProcessFacts {
  const columns = ['-ww', '-o', 'stat=', '-o', 'ppid=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)];
  const line = execFileSync('ps', columns, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim();
  // "Ss 1 Fri Nov 21 09:24:11 2025 /path/postgres -D …"
  const match = /^(\S+)\s+(\d+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
  if (!match) throw new Error(`ps answered in an unknown form: ${line}`);
  const [, state = '', parentPid = '', startedAt = '', commandLine = ''] = match;
  return {
    zombie: state.startsWith('Z'),
    parentPid: Number(parentPid),
    startedAt: String(Date.parse(startedAt) / 1000),
    commandLine,
  };
}
