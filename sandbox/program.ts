import { UsageError } from './arguments.js';
import { explain } from './errors.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** What a program with a verdict is made of: it plays something, and says whether all was as it should be. */
export interface Program<Options> {
  /** @throws UsageError */
  readOptions: (args: readonly string[]) => Options | 'help';
  /** How it is called. */
  usage: string;
  /** Returns whether all promises were kept. */
  run: (options: Options) => Promise<boolean>;
}

/** Runs the program as it was called and ends this process: with 0; with 1 where a promise was broken, or it could not run; with 2 where it was called wrongly. */
export async function runProgram<Options>(program: Program<Options>): Promise<never> {
  const exitCode = await exitCodeOf(program);
  // Where output goes through a pipe, its end may still be on its way.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(exitCode);
}

async function exitCodeOf<Options>({ readOptions, usage, run }: Program<Options>): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return (await run(options)) ? 0 : EXIT_FAILED;
    console.log(usage);
    return 0;
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : explain(error));
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}
