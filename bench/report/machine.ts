import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const GIB = 1024 ** 3;

/** Where and from what figures were measured. */
export interface Provenance {
  /** The commit, with a `+` where files differ from it; `unknown` outside of a clone. */
  commit: string;
  /** The day in UTC, `2026-11-30`. */
  date: string;
  /** `2 cores of Intel Xeon …, 24 GiB, Linux 6.1, Node v20.20.2`. */
  machine: string;
}

/** Of this process, now. */
export async function readProvenance(): Promise<Provenance> {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  const memoryGib = Math.round(totalmem() / GIB);
  return {
    commit: await readCommit(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores of ${model}, ${memoryGib} GiB, ${process.platform} ${release()}, Node ${process.version}`,
  };
}

async function readCommit(): Promise<string> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', args)).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=10', 'HEAD');
    // A run before may have written its figures down: they change nothing of what is measured.
    const changed = await git(
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--',
      ':/',
      ':(top,exclude)docs',
    );
    return changed === '' ? commit : `${commit}+`;
  } catch {
    return 'unknown';
  }
}
