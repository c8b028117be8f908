import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../sandbox/free-port.js';
import type { BenchContext } from '../measurement.js';
import { StartedProgram } from './started-program.js';

/** What `scripts/build-if-needed.mjs` tells of itself. */
interface BuildScript {
  SOURCE_DIRECTORIES: string[];
  SOURCE_FILES: string[];
}

const PAGE_IS_SERVED = /the chat page {3}http:/;
/** PostgreSQL's own user passes through. */
const PASSABLE = 0o711;

/**
 * Milliseconds that `npm start` takes in a clone whose packages are installed, and which was never built or started: until it has said
 * where its page is.
 *
 * @throws SandboxError when it does not start.
 */
export async function startFromNothing(ending: BenchContext['ending']): Promise<number> {
  const base = await mkdtemp(join(tmpdir(), 'neurocards-boot-'));
  const remove = () => rm(base, { recursive: true, force: true });
  ending(remove);
  await chmod(base, PASSABLE);
  const [clone, temporary] = [join(base, 'clone'), join(base, 'tmp')];
  await copySources(process.cwd(), clone);
  await mkdir(temporary);
  await chmod(temporary, PASSABLE);
  const program = new StartedProgram({
    command: 'npm',
    args: ['start'],
    folder: clone,
    env: {
      TMPDIR: temporary,
      PORT: String(await freePort()),
      SANDBOX_PAGE_PORT: String(await freePort()),
    },
  });
  ending(() => program.stop());
  const tookMs = await program.says(PAGE_IS_SERVED);
  await program.stop();
  await remove();
  return tookMs;
}

async function copySources(from: string, to: string): Promise<void> {
  const script = pathToFileURL(join(from, 'scripts/build-if-needed.mjs')).href;
  const { SOURCE_DIRECTORIES, SOURCE_FILES } = (await import(script)) as BuildScript;
  for (const name of ['scripts', ...SOURCE_DIRECTORIES, ...SOURCE_FILES]) {
    await cp(join(from, name), join(to, name), { recursive: true });
  }
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
}
