import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SandboxError } from '../sandbox/errors.js';

const KIB = 1024;
const LOOK_MS = 50;

/** How much memory a process holds, its resident set, in bytes. @throws SandboxError when nobody here can tell. */
export async function residentBytes(pid: number): Promise<number> {
  const kibs = (await readProc(pid)) ?? (await askPs(pid));
  if (!(kibs > 0)) throw new SandboxError(`The memory of process ${pid} cannot be read.`);
  return kibs * KIB;
}

/** The most that a process held while it was watched. */
export class MemoryWatch {
  peakBytes = 0;
  private readonly end = new AbortController();
  private readonly looking: Promise<void>;

  constructor(private readonly pid: number) {
    this.looking = this.look();
    this.looking.catch(() => undefined);
  }

  /** Ends the watch. Returns the most that the process held. @throws SandboxError when it was gone before. */
  async stop(): Promise<number> {
    this.end.abort();
    await this.looking;
    return this.peakBytes;
  }

  private async look(): Promise<void> {
    while (!this.end.signal.aborted) {
      this.peakBytes = Math.max(this.peakBytes, await residentBytes(this.pid));
      await pause(LOOK_MS);
    }
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html; null where there is no such file. */
async function readProc(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  return status === null ? null : Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

async function askPs(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim());
}
