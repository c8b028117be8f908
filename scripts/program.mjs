/** `npm run chaos:<name>`, `npm run bench:<name>`: builds what has changed and runs that program, in this very process. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';

const [folder, name, ...args] = process.argv.slice(2);
try {
  await buildIfNeeded();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', folder, `${name}.js`);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);
