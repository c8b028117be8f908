import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  PhotoNotFoundError,
  PhotoPathError,
  PhotosAwayError,
  PhotosBotModule,
  PhotosModule,
  type PhotoStore,
} from '../../src/modules/photos/index.js';
import { LocalPhotoStore } from '../../src/modules/photos/local-photo-store.js';
import { openPhotoStore } from '../../src/modules/photos/open-photo-store.js';
import { composePhotoPath } from '../../src/modules/photos/photo-path.rules.js';
import { STORED_PHOTO_BYTES_MAX } from '../../src/modules/photos/photo-store.js';
import { S3Bucket } from '../../src/modules/photos/s3-bucket.js';
import type { S3BucketOptions } from '../../src/modules/photos/s3-client.js';
import { S3PhotoStore } from '../../src/modules/photos/s3-photo-store.js';
import { Readiness, type Env } from '../../src/platform/index.js';
import { ACCOUNT, errorXml, REGION, type Fault } from './s3-door.js';
import { BUCKET, S3Server } from './s3-server.js';

const ONE = Buffer.from('\xff\xd8\xff one', 'latin1');
const OTHER = Buffer.from('\xff\xd8\xff another', 'latin1');
/** Far behind any photo of these tests, and far ahead of them. */
const LONG_AGO_MS = 60_000;
const AHEAD_MS = -60_000;

/** What Node prints beside our log, from the first bucket on. */
const warnings: Error[] = [];
process.on('warning', (warning) => void warnings.push(warning));

let folder: string;
let server: S3Server;
beforeAll(async () => {
  [folder, server] = await Promise.all([mkdtemp(join(tmpdir(), 'neurocards-test-store-')), S3Server.start()]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function bucket(changes: Partial<S3BucketOptions> = {}): S3Bucket {
  return new S3Bucket({
    ...{ bucket: BUCKET, region: REGION, endpoint: server.door.url, ...ACCOUNT },
    ...{ forcePathStyle: true, timeoutMs: 2_000 },
    ...changes,
  });
}

const newPath = (tgUserId: number) => composePhotoPath(tgUserId, randomUUID());
let lastTgUserId = 100;
const somebody = () => (lastTgUserId += 1);

async function isThere(store: PhotoStore, path: string): Promise<boolean> {
  return store.read(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof PhotoNotFoundError) return false;
      throw error;
    },
  );
}

describe.each<[string, () => PhotoStore]>([
  ['a folder', () => new LocalPhotoStore({ STORAGE_BASE_PATH: folder })],
  ['a bucket', () => new S3PhotoStore(bucket())],
  ['a part of a bucket', () => new S3PhotoStore(bucket(), 'staging/photos')],
])('photos in %s', (_where, open) => {
  let store: PhotoStore;
  beforeAll(async () => {
    store = open();
    await store.prepare();
    await store.check();
  });

  it('read back as they were written; written again they are replaced whole', async () => {
    const [path, neighbour] = [newPath(somebody()), newPath(somebody())];
    await store.write(path, OTHER);
    await store.write(neighbour, OTHER);
    await store.write(path, ONE);
    expect(await store.read(path)).toEqual(ONE);
    expect(await store.read(neighbour)).toEqual(OTHER);
  });

  it('say that they are not there, and are removed as often as one likes', async () => {
    const path = newPath(somebody());
    const read = store.read(path);
    await expect(read).rejects.toBeInstanceOf(PhotoNotFoundError);
    await expect(read).rejects.toMatchObject({ retryable: false });
    await store.write(path, ONE);
    await store.remove(path);
    await store.remove(path);
    expect(await isThere(store, path)).toBe(false);
  });

  it.each(['inputs/1', 'inputs/../secret.jpg', '/etc/passwd', 'inputs/1/a.jpg', ''])(
    'have paths of one shape only: %j',
    async (path) => {
      await expect(store.write(path, ONE)).rejects.toBeInstanceOf(PhotoPathError);
      await expect(store.read(path)).rejects.toBeInstanceOf(PhotoPathError);
      await expect(store.remove(path)).rejects.toBeInstanceOf(PhotoPathError);
    },
  );

  it.each(['', 'inputs', 'inputs/', 'inputs/1/..', 'inputs/0', '..'])(
    'go by one person’s folder only: %j',
    async (path) => {
      await expect(store.removeFolder(path, 0)).rejects.toBeInstanceOf(PhotoPathError);
    },
  );

  it('go with their folder, and those of nobody else: neither 11’s nor 1’s', async () => {
    const [one, eleven, hundred] = [newPath(1), newPath(11), newPath(111)];
    const another = newPath(11);
    for (const path of [one, eleven, another, hundred]) await store.write(path, ONE);
    await store.removeFolder('inputs/11', 0);
    const left = await Promise.all([one, eleven, another, hundred].map((path) => isThere(store, path)));
    expect(left).toEqual([true, false, false, true]);
    await store.removeFolder('inputs/11', 0);
  });

  it('stay where they were stored after that, by whoever came back', async () => {
    const tgUserId = somebody();
    const path = newPath(tgUserId);
    await store.write(path, ONE);
    await store.removeFolder(`inputs/${tgUserId}`, LONG_AGO_MS);
    expect(await isThere(store, path)).toBe(true);
    await store.removeFolder(`inputs/${tgUserId}`, AHEAD_MS);
    expect(await isThere(store, path)).toBe(false);
  });

  it('are no photos of ours where they are too large to be', async () => {
    const path = newPath(somebody());
    await store.write(path, ONE);
    if (store instanceof LocalPhotoStore) await truncate(join(folder, path), STORED_PHOTO_BYTES_MAX + 1);
    else await store.write(path, Buffer.alloc(STORED_PHOTO_BYTES_MAX + 1));
    await expect(store.read(path)).rejects.toBeInstanceOf(PhotoNotFoundError);
  });
});

describe('a folder', () => {
  const inFolder = (name: string) => new LocalPhotoStore({ STORAGE_BASE_PATH: join(folder, name) });

  it('that is not there is not taken for empty, and made by nobody who writes, where all are missing', async () => {
    const away = inFolder('elsewhere');
    await mkdir(join(folder, 'elsewhere'));
    await expect(away.write(newPath(1), ONE)).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(away.read(newPath(1))).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(away.remove(newPath(1))).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(away.removeFolder('inputs/1', 0)).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(away.check()).rejects.toThrow(/cannot be used: ENOENT/);
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('that is none is away, whatever is asked of it', async () => {
    await writeFile(join(folder, 'a-file'), 'no folder');
    const store = inFolder('a-file');
    await expect(store.check()).rejects.toThrow(/cannot be used: ENOTDIR/);
    const tried = [
      store.prepare(),
      store.write(newPath(1), ONE),
      store.read(newPath(1)),
      store.remove(newPath(1)),
      store.removeFolder('inputs/1', 0),
    ];
    for (const result of await Promise.allSettled(tried)) {
      const error = (result as PromiseRejectedResult).reason as PhotosAwayError;
      expect(error).toBeInstanceOf(PhotosAwayError);
      expect(error.message).toMatch(/ENOTDIR/);
    }
  });

  it('takes no photo whole or in part where its name is taken by something else', async () => {
    const store = inFolder('.');
    const path = newPath(somebody());
    await mkdir(join(folder, path), { recursive: true });
    await expect(store.write(path, ONE)).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(store.read(path)).rejects.toBeInstanceOf(PhotosAwayError);
    await expect(store.remove(path)).rejects.toBeInstanceOf(PhotosAwayError);
    expect(await readdir(join(folder, dirname(path)))).toEqual([basename(path)]);
  });

  it('keeps nothing of a photo whose process ended while it was written', async () => {
    const store = inFolder('.');
    const [path, again] = [newPath(somebody()), newPath(somebody())];
    for (const one of [path, again]) {
      await mkdir(dirname(join(folder, one)));
      await writeFile(join(folder, `${one}.tmp`), 'half a photo, and more than the next one has');
    }
    await store.remove(path);
    expect(await readdir(join(folder, dirname(path)))).toEqual([]);
    await store.write(again, ONE);
    expect(await store.read(again)).toEqual(ONE);
    expect(await readdir(join(folder, dirname(again)))).toEqual([basename(again)]);
  });

  it('is made once, at the start of who stores photos; one that cannot be ends nothing', async () => {
    const store = inFolder('new');
    await new PhotosBotModule(store).onModuleInit();
    expect(existsSync(join(folder, 'new', 'inputs'))).toBe(true);
    await new PhotosBotModule(inFolder('a-file')).onModuleInit();
  });
});

describe('a bucket', () => {
  const path = newPath(1);
  beforeEach(() => {
    server.door.faults = [];
    server.door.seen.length = 0;
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('gets JPEGs, signed with all of their bytes, and never an ACL', async () => {
    await new S3PhotoStore(bucket()).write(path, ONE);
    const headers = server.door.seen[0]?.headers ?? {};
    expect(headers['content-type']).toBe('image/jpeg');
    const ours = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
    expect(ours.sort()).toEqual(['x-amz-content-sha256', 'x-amz-date', 'x-amz-user-agent']);
  });

  it('is closed to whoever has no key', async () => {
    await new S3PhotoStore(bucket()).write(path, ONE);
    const answer = await fetch(`${server.door.url}/${BUCKET}/${path}`);
    expect(answer.status).toBe(403);
  });

  it.each<[string, Partial<S3BucketOptions>, RegExp]>([
    [
      'secret',
      { secretAccessKey: 'not-the-secret' },
      /SignatureDoesNotMatch \(403\): check S3_SECRET_ACCESS_KEY/,
    ],
    ['key', { accessKeyId: 'nobody' }, /InvalidAccessKeyId \(403\): check S3_ACCESS_KEY_ID/],
    ['region', { region: 'us-east-1' }, /AuthorizationHeaderMalformed \(400\): check S3_REGION/],
    ['bucket', { bucket: 'nothing' }, /NoSuchBucket \(404\): check S3_BUCKET/],
  ])('says what to mend where the %s is wrong, and no secret', async (_what, changes, words) => {
    const store = new S3PhotoStore(bucket(changes));
    const tried = [
      store.check(),
      store.read(path),
      store.write(path, ONE),
      store.removeFolder('inputs/1', 0),
    ];
    for (const result of await Promise.allSettled(tried)) {
      const error = (result as PromiseRejectedResult).reason as PhotosAwayError;
      expect(error).toBeInstanceOf(PhotosAwayError);
      expect(error).toMatchObject({ retryable: true, message: expect.stringMatching(words) as string });
      expect(JSON.stringify([error.message, error.stack, error.cause])).not.toMatch(
        /secret-of|not-the|nobody|Signature=/,
      );
    }
  });

  it('is asked again after a blip, three times at most', async () => {
    const store = new S3PhotoStore(bucket());
    await store.write(path, ONE);
    server.door.faults = ['reset', { status: 503, body: errorXml('ServiceUnavailable') }];
    expect(await store.read(path)).toEqual(ONE);
    expect(server.door.seen).toHaveLength(1 + 3);
  });

  it('is asked again where an answer is cut off or halts', async () => {
    const store = new S3PhotoStore(bucket({ timeoutMs: 500 }));
    await store.write(path, ONE);
    server.door.faults = ['cut', 'halt'];
    expect(await store.read(path)).toEqual(ONE);
    expect(server.door.seen).toHaveLength(1 + 3);
  });

  it.each<[string, Fault, RegExp]>([
    [
      'of another region',
      { status: 301, body: errorXml('PermanentRedirect') },
      /PermanentRedirect \(301\): check S3_REGION/,
    ],
    ['that is elsewhere', { status: 302, body: '' }, /not of S3 \(302\): check S3_REGION and S3_ENDPOINT$/],
    ['behind a page', { status: 200, body: '<html>ok</html>' }, /an answer that is not of S3 \(200\)$/],
    ['behind a text', { status: 200, body: 'ok' }, /an answer that is not of S3 \(200\)$/],
    ['behind a bare refusal', { status: 404, body: '' }, /an answer that is not of S3 \(404\)$/],
    [
      'that keeps the way on to itself',
      {
        status: 200,
        body: '<ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated></ListBucketResult>',
      },
      /an answer that is not of S3 \(200\)$/,
    ],
  ])('%s is away, not empty', async (_what, fault, words) => {
    server.door.faults = [fault];
    await expect(new S3PhotoStore(bucket()).removeFolder('inputs/1', 0)).rejects.toThrow(words);
    expect(server.door.seen).toHaveLength(1);
  });

  it('that does not answer is away', async () => {
    server.door.faults = ['stall', 'stall', 'stall'];
    const hurried = new S3PhotoStore(bucket({ timeoutMs: 50 }));
    await expect(hurried.read(path)).rejects.toMatchObject({
      ...{ code: 'PHOTOS_AWAY', retryable: true },
      message: expect.stringMatching(/^The bucket neurocards-photos at .*: no answer: \w+$/) as string,
    });
    expect(server.door.seen).toHaveLength(3);
  });

  it('is looked at once in a while only, as long as all is well', async () => {
    const store = new S3PhotoStore(bucket());
    server.door.faults = [{ status: 403, body: errorXml('AccessDenied') }];
    await expect(store.check()).rejects.toThrow(/AccessDenied \(403\): the key may not do this/);
    for (let times = 0; times < 3; times++) await store.check();
    expect(server.door.seen).toHaveLength(2);
  });

  it('has its name in the host, or in the path', async () => {
    const hosted = bucket({ endpoint: 'http://store.invalid', forcePathStyle: false });
    const listed = hosted.list('inputs/', { pageMax: 1 });
    await expect(listed).rejects.toThrow(/no answer: \w+ \(neurocards-photos\.store\.invalid\)$/);
    await new S3PhotoStore(bucket()).write(path, ONE);
    expect(server.door.seen[0]?.path).toContain(`/${BUCKET}/${path}?`);
  });

  it('takes nothing from the settings that the machine has for Amazon, and prints nothing', async () => {
    const file = join(folder, 'config');
    await writeFile(file, '[default]\nregion = us-west-1\nmax_attempts = many\nuse_fips_endpoint = true\n');
    const foreign = {
      ...{ AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'default' },
      ...{ AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing', AWS_SESSION_TOKEN: 'none' },
      ...{ AWS_REGION: 'us-west-1', AWS_ENDPOINT_URL_S3: 'http://store.invalid', AWS_MAX_ATTEMPTS: 'many' },
      ...{ AWS_RETRY_MODE: 'never', AWS_DEFAULTS_MODE: 'wild', AWS_USE_FIPS_ENDPOINT: 'true' },
      ...{ AWS_REQUEST_CHECKSUM_CALCULATION: 'ALWAYS', AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'maybe' },
    };
    for (const [name, value] of Object.entries(foreign)) vi.stubEnv(name, value);
    const store = new S3PhotoStore(bucket());
    await store.write(path, ONE);
    expect(await store.read(path)).toEqual(ONE);
    await store.check();
    expect(warnings).toEqual([]);
  });

  it('is opened where it is configured, and seen in readiness', async () => {
    const env = {
      ...{ STORAGE_TYPE: 's3', S3_BUCKET: BUCKET, S3_REGION: REGION, S3_ENDPOINT: server.door.url },
      ...{ S3_ACCESS_KEY_ID: ACCOUNT.accessKeyId, S3_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey },
      ...{ S3_FORCE_PATH_STYLE: true, S3_PREFIX: 'one-system', S3_TIMEOUT_MS: 2_000 },
    } as Env;
    const store = await openPhotoStore(env);
    await store.write(path, ONE);
    expect(server.door.seen[0]?.path).toContain(`/${BUCKET}/one-system/${path}?`);
    expect(await openPhotoStore({ ...env, STORAGE_TYPE: 'local', STORAGE_BASE_PATH: folder })).toBeInstanceOf(
      LocalPhotoStore,
    );

    const readiness = new Readiness();
    new PhotosModule(store, readiness, { ...env, ROLES: ['console'] }).onApplicationBootstrap();
    expect(readiness.checks()).toEqual([]);
    new PhotosModule(store, readiness, { ...env, ROLES: ['console', 'worker'] }).onApplicationBootstrap();
    const [photos] = readiness.checks();
    server.door.faults = [{ status: 403, body: errorXml('InvalidAccessKeyId') }];
    await expect(photos?.check()).rejects.toThrow(/^The bucket .* InvalidAccessKeyId \(403\): check/);
    await expect(photos?.check()).resolves.toBeUndefined();
  });

  it('is listed page by page to the end', async () => {
    const owner = somebody();
    const paths = Array.from({ length: 5 }, () => newPath(owner)).sort();
    await Promise.all(paths.map((one) => bucket().put(one, ONE, 'image/jpeg')));
    const keys: string[] = [];
    let from: string | undefined;
    do {
      const page = await bucket().list(`inputs/${owner}/`, { from, pageMax: 2 });
      expect(page.objects.length).toBeLessThanOrEqual(2);
      keys.push(...page.objects.map(({ key }) => key));
      from = page.next ?? undefined;
    } while (from !== undefined);
    expect(keys).toEqual(paths);
  });
});
