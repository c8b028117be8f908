import { doctor } from '../doctor/index.js';
import { loadSource } from '../platform/light.js';
import { CommandError, EXIT_BAD, EXIT_OK, runCommand } from './command-line.js';

const USAGE = `npm run doctor             look at the configuration and say what is wrong, with its mend
npm run doctor -- --json   the same as one JSON object
npm run doctor -- --online ask the providers besides: free and harmless questions, 5 s at most
Exit code: 0 no errors (there may be warnings), 1 errors: a process would not start, or a provider cannot be used; 2 the doctor was asked in a wrong way.
The settings are those of this environment and of .env; while a sandbox runs and there are none, its database is looked at.`;

/** "--sandbox" is what scripts/command.mjs adds where it has found the database of a running sandbox. */
const OPTIONS = ['--json', '--online', '--sandbox'];

await runCommand(async () => {
  const options = process.argv.slice(2);
  if (options.includes('--help')) {
    console.log(USAGE);
    return EXIT_OK;
  }
  const unknown = options.find((option) => !OPTIONS.includes(option));
  if (unknown) throw new CommandError(`Unknown option ${unknown}\n${USAGE}`);
  const { text, fit } = await doctor(loadSource(), {
    json: options.includes('--json'),
    online: options.includes('--online'),
    sandbox: options.includes('--sandbox'),
  });
  console.log(text);
  return fit ? EXIT_OK : EXIT_BAD;
});
// Requests that were not answered in time are not waited for; where output goes through a pipe, its end may still be on its way.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
