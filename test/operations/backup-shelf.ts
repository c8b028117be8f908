import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../process/programs.js';
import { openTestDatabase, type TestDatabase } from '../support/database.js';
import { runScript } from './deploy-script.js';
import { startDebianPostgres, type DebianPostgres } from './debian-postgres.js';

/** A server of Debian, a place for backups and for photos, and the two scripts. */
export class BackupShelf {
  private constructor(
    readonly server: DebianPostgres,
    /** A temporary folder for all that a test writes. */
    readonly home: string,
  ) {}

  static async open(toolsPath: string): Promise<BackupShelf> {
    const home = await mkdtemp(join(tmpdir(), 'neurocards-backup-'));
    for (const name of ['lived', 'restored']) await mkdir(join(home, name));
    return new BackupShelf(await startDebianPostgres(toolsPath), home);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  /** Where backups lie. */
  get path(): string {
    return join(this.home, 'backups');
  }

  /** The photos of one system. */
  storageOf(name: string): string {
    return join(this.home, name);
  }

  /** Connects to a database of the server; its `drop` only closes the connections. */
  connect(url: string): Promise<TestDatabase> {
    return openTestDatabase(url, () => Promise.resolve());
  }

  /** Backs up a database, and the photos of `lived`. @param tools the folder of PostgreSQL's. */
  make(url: string, env: Record<string, string> = {}, tools = this.server.toolsPath): Promise<Outcome> {
    const usual = { DATABASE_URL: url, BACKUP_PATH: this.path, STORAGE_BASE_PATH: this.storageOf('lived') };
    return runScript('backup.sh', { toolsPath: tools, env: { ...usual, ...env } });
  }

  /** Restores the backup of the path given. */
  restore(path: string, url: string, { args = [] as string[], storage = 'restored' } = {}): Promise<Outcome> {
    const env = { DATABASE_URL: url, STORAGE_BASE_PATH: this.storageOf(storage) };
    return runScript('restore.sh', { toolsPath: this.server.toolsPath, args: [path, ...args], env });
  }

  /** The names of the backups, the oldest first. */
  async names(): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => name.startsWith('neurocards-')).sort();
  }

  /** The path of the newest one. */
  async newest(): Promise<string> {
    return join(this.path, (await this.names()).at(-1) ?? '');
  }

  /** Tools of PostgreSQL each of which notes what it was called with: their folder, and what they have noted. */
  async spies(): Promise<{ path: string; commands: () => Promise<string> }> {
    const [path, notes] = [join(this.home, 'spies'), join(this.home, 'commands')];
    await mkdir(path);
    for (const tool of ['pg_dump', 'pg_restore', 'psql']) {
      const script = `#!/bin/sh\necho "${tool} $*" >>${notes}\nexec ${this.server.toolsPath}/${tool} "$@"\n`;
      await writeFile(join(path, tool), script);
      await chmod(join(path, tool), 0o755);
    }
    return { path, commands: () => readFile(notes, 'utf8') };
  }

  async countPhotos(storage: string): Promise<number> {
    const inputs = join(this.storageOf(storage), 'inputs');
    const entries = await readdir(inputs, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  }
}
