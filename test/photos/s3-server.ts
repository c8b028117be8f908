import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { S3Door } from './s3-door.js';

export const BUCKET = 'neurocards-photos';

/**
 * `s3rver`, a store that speaks S3, in a process of its own (its page tokens are made by a cipher that OpenSSL 3 gives on demand only), and
 * before it a door that checks the signatures which it does not check.
 */
export class S3Server {
  private constructor(
    readonly door: S3Door,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'neurocards-test-s3-'));
    const home = dirname(createRequire(import.meta.url).resolve('s3rver/package.json'));
    const child = spawn(
      process.execPath,
      [
        ...['--openssl-legacy-provider', join(home, 'bin', 's3rver.js'), '--directory', folder],
        ...['--address', '127.0.0.1', '--port', '0', '--configure-bucket', BUCKET],
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const address = await addressOf(child.stdout);
    return new S3Server(await S3Door.open(`http://${address}`), child, folder);
  }

  async stop(): Promise<void> {
    await this.door.close();
    this.child.kill();
    await once(this.child, 'exit');
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What it says that it listens on. */
function addressOf(output: Readable): Promise<string> {
  const lines = createInterface(output);
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const address = /listening on (\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    lines.on('close', () => reject(new Error('s3rver does not start')));
  });
}
