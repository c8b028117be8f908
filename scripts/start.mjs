/**
 * `npm start`: builds what has changed and becomes the sandbox, or, where APP_ENV names another system, the application.
 * The program runs in this very process, so signals, exit codes and kill -9 need no passing on.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MIN = [20, 19];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  exitWith(`Neurocards needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`);
}

// What is set already wins over the file.
const envFile = join(ROOT, '.env');
if (existsSync(envFile)) process.loadEnvFile(envFile);

try {
  // Loaded only now: an old Node.js would stumble over it before it could say what is wrong.
  const { buildIfNeeded } = await import('./build-if-needed.mjs');
  await buildIfNeeded();
} catch (error) {
  exitWith(error.message);
}

const program = join(ROOT, 'dist', isSandbox() ? 'sandbox/start.js' : 'app/main.js');
if (!existsSync(program)) exitWith(`${program} is missing: run "npm ci" and "npm run build:programs".`);
process.setSourceMapsEnabled(true);
// As if it had been started by its own name.
process.argv[1] = program;
await import(pathToFileURL(program).href);

/** Without any word on which system this is, it is the sandbox; a BOT_TOKEN alone is left to the application to refuse. */
function isSandbox() {
  const system = process.env.APP_ENV?.trim();
  return system ? system === 'sandbox' : !process.env.BOT_TOKEN?.trim();
}

function exitWith(sentence) {
  console.error(sentence);
  process.exit(1);
}
