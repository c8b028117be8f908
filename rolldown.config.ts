import { readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'rolldown';

const COMPILED = fileURLToPath(new URL('./dist/src/', import.meta.url));
const BUNDLE = fileURLToPath(new URL('./dist/app/', import.meta.url));

/** Our modules keep their source maps, and the files beside them: what is in the bundle still knows where it was. */
const ownModules: Plugin = {
  name: 'own-modules',
  async load(id) {
    if (!id.startsWith(COMPILED)) return null;
    const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
    const place = JSON.stringify(relative(BUNDLE, id).split(sep).join('/'));
    return { code: code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), map };
  },
};

/**
 * The application in a few files: Node needs half of the time and of the processor to load it, because it is not thousands of files.
 * `npm run build` makes it of what the compiler has left in `dist/src`, from which everything else is run.
 */
export default defineConfig({
  input: 'dist/src/main.js',
  platform: 'node',
  external: [
    // Native code, which is found by where the package stands.
    /^sharp$/,
    /^msgpackr$/,
    // Loaded only where photos are kept in S3.
    /^@aws-sdk\//,
    // `@nestjs/typeorm` looks for it on the disk, too, and there must not be two.
    /^typeorm$/,
    // Reads files beside itself.
    /^ioredis$/,
    // NestJS can serve files by it; nobody asks it to.
    /^@fastify\/static$/,
  ],
  plugins: [ownModules],
  // Optional packages that nobody has installed: NestJS asks for them where they are used, which is nowhere.
  checks: { unresolvedImport: false },
  output: {
    dir: 'dist/app',
    cleanDir: true,
    // Names of classes stand in logs and in NestJS' messages.
    keepNames: true,
    sourcemap: true,
    // Node reads all maps at the start.
    sourcemapExcludeSources: true,
  },
});
