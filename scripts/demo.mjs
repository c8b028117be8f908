/** `npm run demo`: builds what has changed and plays the stories, in this very process. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';

try {
  await buildIfNeeded();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'sandbox', 'demo.js');
process.argv[1] = program;
await import(pathToFileURL(program).href);
