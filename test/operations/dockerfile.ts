import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** One line of a Dockerfile, continuations joined. */
export interface Instruction {
  keyword: string;
  rest: string;
}

/** From one FROM to the next. */
export interface Stage {
  name: string;
  instructions: Instruction[];
}

const RUN_TIMEOUT_MS = 240_000;
const run = promisify(execFile);

/** The stages of a Dockerfile, in their order. Knows what ours uses: no heredocs, no ONBUILD. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) {
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s+(.*)$/.exec(line) ?? [];
    if (keyword === 'FROM')
      stages.push({ name: / AS (\S+)/i.exec(rest)?.[1] ?? String(stages.length), instructions: [] });
    stages.at(-1)?.instructions.push({ keyword, rest: rest.trim() });
  }
  return stages;
}

/** The last value of a keyword in a stage. */
export function lastOf(stage: Stage, keyword: string): string | undefined {
  return stage.instructions.findLast((instruction) => instruction.keyword === keyword)?.rest;
}

/** What a stage sets with ENV. */
export function environmentOf(stage: Stage): Record<string, string> {
  const settings = stage.instructions.filter(({ keyword }) => keyword === 'ENV');
  const pairs = settings.flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=')));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}

/** Whether a file belongs to the build context: the last line of .dockerignore that fits it or a folder above it decides. */
export function inContext(dockerignore: string, path: string): boolean {
  const lines = dockerignore.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.reduce((isIn, line) => {
    const pattern = line.replace(/^!/, '');
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('**/', '\0')
      .replaceAll('*', '[^/]*')
      .replaceAll('\0', '(?:.*/)?');
    return new RegExp(`^${source}(?:/|$)`).test(path) ? line.startsWith('!') : isIn;
  }, true);
}

/**
 * Carries out the COPY and RUN lines of all stages, each in a folder of its own below `target` that stands for its root. The base image is this
 * machine: its Node, its npm, its tools. An absolute path of a RUN line means the stage's own.
 *
 * @returns the roots by the names of the stages; the last one is the image.
 */
export async function carryOut(
  stages: Stage[],
  context: string,
  target: string,
): Promise<Map<string, string>> {
  const roots = new Map(stages.map(({ name }) => [name, join(target, name)]));
  const built = new Map<string, Promise<void>>();
  for (const stage of stages) {
    const root = roots.get(stage.name) as string;
    const waitFor = async (name: string) => {
      await built.get(name);
      return roots.get(name) as string;
    };
    // Those that need nothing of each other go at the same time, as with BuildKit.
    built.set(stage.name, carryOutStage(stage, { root, context, waitFor }));
  }
  await Promise.all(built.values());
  return roots;
}

interface Place {
  root: string;
  context: string;
  /** The root of another stage, once that is built. */
  waitFor: (name: string) => Promise<string>;
}

async function carryOutStage(stage: Stage, { root, context, waitFor }: Place): Promise<void> {
  let workdir = root;
  await mkdir(join(root, 'var/lib'), { recursive: true });
  for (const { keyword, rest } of stage.instructions) {
    if (keyword === 'WORKDIR') {
      workdir = join(root, rest);
      await mkdir(workdir, { recursive: true });
    } else if (keyword === 'COPY') {
      const from = /^--from=(\S+)\s+(.*)$/.exec(rest);
      const words = (from?.[2] ?? rest).split(/\s+/);
      const to = words.at(-1) ?? '';
      for (const word of words.slice(0, -1)) {
        if (from) await copy(join(await waitFor(from[1] ?? ''), word), workdir, to, word);
        else await copyFromContext(context, word, resolve(workdir, to));
      }
    } else if (keyword === 'RUN') {
      const command = rest.replace(/(?<=\s)\/(?=\w)/g, `${root}/`);
      const env = { ...process.env, ...environmentOf(stage), npm_config_prefer_offline: 'true' };
      await run('/bin/sh', ['-ec', command], { cwd: workdir, env, timeout: RUN_TIMEOUT_MS });
    }
  }
  await chmod(root, 0o755);
}

async function copy(source: string, workdir: string, to: string, word: string): Promise<void> {
  const target = to.endsWith('/') ? resolve(workdir, to, word.split('/').at(-1) ?? '') : resolve(workdir, to);
  await cp(source, target, { recursive: true, verbatimSymlinks: true });
}

/** Files of the context, at the same place below the target: `.` with all, a file by itself. */
async function copyFromContext(context: string, word: string, target: string): Promise<void> {
  const dockerignore = await readFile(join(context, '.dockerignore'), 'utf8');
  const paths = word === '.' ? await listFiles(context) : [word];
  const wanted = paths.filter((path) => inContext(dockerignore, path));
  if (wanted.length === 0) throw new Error(`COPY ${word}: .dockerignore leaves nothing of it`);
  for (const path of wanted) {
    const to = word === '.' ? join(target, path) : join(target, path.split('/').at(-1) ?? '');
    await mkdir(dirname(to), { recursive: true });
    await cp(join(context, path), to);
  }
}

/** Relative paths; what nobody ever copies is not even listed. */
async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    names.map(async (entry) => {
      if (entry.isFile()) return [entry.name];
      if (!entry.isDirectory() || ['.git', 'node_modules'].includes(entry.name)) return [];
      const inside = await readdir(join(folder, entry.name), { recursive: true, withFileTypes: true });
      return inside
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath ?? file.path, file.name).slice(folder.length + 1));
    }),
  );
  return nested.flat();
}
