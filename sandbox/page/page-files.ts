import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SandboxError } from '../errors.js';

/**
 * Where the built page lies: beside a compiled sandbox, or in `dist/` of the clone.
 *
 * @throws SandboxError when it was not built.
 */
export function findPageFiles(): string {
  const places = ['../../web/chat/', '../../dist/web/chat/'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = paths.find((path) => existsSync(`${path}assets`));
  if (!found) throw new SandboxError('The chat page is not built: run "npm run build:pages".');
  return found;
}
