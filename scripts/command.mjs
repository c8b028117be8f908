/**
 * `npm run migrate|sql|audit|doctor|erase|import:legacy`: builds what has changed and becomes that command, in this very process. Without a DATABASE_URL it is
 * about the sandbox's database, which `npm start` has left word of.
 */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXIT_UNUSABLE = 2;
const NO_SANDBOX =
  'No database: the one of the sandbox is there only while "npm start" runs. Run that in another terminal, or set ' +
  'DATABASE_URL to the database that you mean.';

const [name, ...args] = process.argv.slice(2);
try {
  await buildIfNeeded();
} catch (error) {
  exitWith(error.message);
}
// What is set already wins over the file.
const envFile = join(ROOT, '.env');
if (existsSync(envFile)) process.loadEnvFile(envFile);
if (!process.env.DATABASE_URL?.trim() && isSandbox() && !args.includes('--help')) {
  const url = await findSandboxDatabase();
  if (url) process.env.DATABASE_URL = url;
  // Where there is nothing to look at, the doctor says so itself.
  else if (name !== 'doctor') exitWith(NO_SANDBOX);
  // The settings of a sandbox are its own, and not to be seen from here.
  if (url && name === 'doctor' && !process.env.BOT_TOKEN?.trim()) args.push('--sandbox');
}

const program = join(ROOT, 'dist', 'src', 'commands', `${name}.js`);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);

function isSandbox() {
  return (process.env.APP_ENV?.trim() || 'sandbox') === 'sandbox';
}

/** The address that a running sandbox has published; a sandbox that was killed has left it behind. */
async function findSandboxDatabase() {
  const file = join(ROOT, '.sandbox', 'database-url');
  if (!existsSync(file)) return null;
  const url = readFileSync(file, 'utf8').trim();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 5432), hostname);
  try {
    await once(socket, 'connect');
    return url;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

function exitWith(sentence) {
  console.error(sentence);
  process.exit(EXIT_UNUSABLE);
}
