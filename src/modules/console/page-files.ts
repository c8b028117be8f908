import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '../../platform/index.js';

/** Beside a compiled application, or in `dist/` of the clone. */
const PLACES = ['../../../web/console/', '../../../dist/web/console/'];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  bytes: Buffer;
  type: string;
}

/** The built page, read at the start: a handful of files of known names, so that no request names a path. */
@Injectable()
export class PageFiles implements OnApplicationBootstrap {
  private readonly log = logger('console');
  private readonly files = readPage();

  /** The API works without; whoever opens the page is answered 404. */
  onApplicationBootstrap(): void {
    if (this.files.size === 0) this.log.error({}, 'The console page is not built: run "npm run build"');
  }

  /** @param name `index.html`, or a file of `assets/`. */
  find(name: string): PageFile | null {
    return this.files.get(name) ?? null;
  }
}

function readPage(): ReadonlyMap<string, PageFile> {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  // Beside the sources there is an index.html, too, which no browser understands.
  const path = paths.find((one) => existsSync(join(one, 'assets')));
  const files = new Map<string, PageFile>();
  if (!path) return files;
  for (const [name, folder] of [['index.html', path], ...assetsOf(path)] as const) {
    const type = TYPES[extname(name)];
    if (type) files.set(name, { bytes: readFileSync(join(folder, name)), type });
  }
  return files;
}

function assetsOf(path: string): [string, string][] {
  const folder = join(path, 'assets');
  return readdirSync(folder).map((name) => [name, folder]);
}
