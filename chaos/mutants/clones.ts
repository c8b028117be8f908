import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SandboxError } from '../../sandbox/errors.js';
import { readMutant, type Mutant } from './patch-header.js';

/** Where the mutants are, in a clone. */
export const MUTANTS_FOLDER = 'chaos/mutants';

const EXTENSION = '.patch';

/** A temporary clone of what is committed, in which one mutant at a time lives. */
export class MutantClone {
  private constructor(readonly root: string) {}

  /** Of the clone that this process runs in; its packages are used, too. */
  static async make(): Promise<MutantClone> {
    // Where Vitest names a file, no link stands in the way.
    const root = await realpath(await mkdtemp(join(tmpdir(), 'neurocards-mutants-')));
    const clone = new MutantClone(root);
    try {
      await git('.', 'clone', '--quiet', '--local', '.', root);
      await symlink(await realpath('node_modules'), join(root, 'node_modules'));
      return clone;
    } catch (error) {
      await clone.remove();
      throw error;
    }
  }

  /** @throws SandboxError when it does not apply any more. */
  async apply({ name }: Mutant): Promise<void> {
    try {
      await git(this.root, 'apply', pathOf(name));
    } catch (error) {
      throw new SandboxError(`${name} does not apply: ${(error as { stderr?: string }).stderr?.trim()}`);
    }
  }

  /** As it was cloned. */
  async restore(): Promise<void> {
    await git(this.root, 'reset', '--quiet', '--hard');
    await git(this.root, 'clean', '--quiet', '--force', '-d', '--exclude', 'node_modules');
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** All mutants of a clone, by name. @throws RangeError as {@link readMutant}. */
export async function listMutants(root: string): Promise<Mutant[]> {
  const files = (await readdir(join(root, MUTANTS_FOLDER))).filter((file) => file.endsWith(EXTENSION)).sort();
  const names = files.map((file) => file.slice(0, -EXTENSION.length));
  return Promise.all(
    names.map(async (name) => readMutant(name, await readFile(resolve(root, pathOf(name)), 'utf8'))),
  );
}

/** Whether tracked or new files are not committed, so that a clone lacks them. */
export async function isDirty(): Promise<boolean> {
  return (await git('.', 'status', '--porcelain')) !== '';
}

/** The patch of a mutant, from the root of a clone. */
export function pathOf(name: string): string {
  return `${MUTANTS_FOLDER}/${name}${EXTENSION}`;
}

async function git(folder: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: folder })).stdout.trim();
}
