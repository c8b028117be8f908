import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileKind, StoredFile } from './model.js';
import type { Upload } from './query.js';

const FOLDERS: Readonly<Record<FileKind, string>> = {
  photo: 'photos',
  video: 'videos',
  document: 'documents',
  voice: 'voice',
  sticker: 'stickers',
  audio: 'music',
  video_note: 'video_notes',
  animation: 'animations',
};
/** The first letters that file ids of a kind have in the real service. */
const ID_PREFIXES: Readonly<Record<FileKind, string>> = {
  photo: 'AgACAgI',
  video: 'BAACAgI',
  document: 'BQACAgI',
  voice: 'AwACAgI',
  sticker: 'CAACAgI',
  audio: 'CQACAgI',
  video_note: 'DQACAgI',
  animation: 'CgACAgI',
};

/** What is known of a file when it is stored. */
export type FileFacts = Pick<StoredFile, 'kind' | 'mimeType'> &
  Partial<Pick<StoredFile, 'fileName' | 'widthPx' | 'heightPx' | 'durationS' | 'supportsStreaming'>>;

/**
 * The files that Telegram holds: facts in memory, bytes in a temporary directory. Above `bytesMax` the bytes of the
 * oldest go, their ids stay known.
 */
export class FileStore {
  private readonly byId = new Map<string, StoredFile>();
  private readonly byPath = new Map<string, StoredFile>();
  private readonly byUniqueId = new Map<string, StoredFile>();
  private readonly downloadable = new Set<string>();
  private directory = '';
  private number = 0;
  private bytesHeld = 0;
  private readonly onDisk = new Set<StoredFile>();

  /** @param parentPath where the directory is made. */
  constructor(
    private readonly bytesMax: number,
    private readonly parentPath: string,
  ) {}

  /** Creates the directory. */
  async open(): Promise<void> {
    this.directory = await mkdtemp(join(this.parentPath, 'fake-telegram-'));
  }

  /** Removes the directory with everything in it. */
  async close(): Promise<void> {
    if (this.directory !== '') await rm(this.directory, { recursive: true, force: true });
  }

  /** A path for a file that is still being received. */
  newTemporaryPath(): string {
    return join(this.directory, `upload-${randomBytes(8).toString('hex')}`);
  }

  /** Takes over a received file. */
  async adopt(upload: Upload, facts: FileFacts): Promise<StoredFile> {
    const file = this.register(facts, upload.bytes, extensionOf(upload.name));
    await this.keep(file, (path) => rename(upload.diskPath, path));
    return file;
  }

  /** Stores bytes that never came over HTTP. */
  async put(bytes: Buffer, facts: FileFacts): Promise<StoredFile> {
    const file = this.register(facts, bytes.length, extensionOf(facts.fileName ?? ''));
    await this.keep(file, (path) => writeFile(path, bytes));
    return file;
  }

  find(fileId: string): StoredFile | undefined {
    return this.byId.get(fileId);
  }

  findByUniqueId(fileUniqueId: string): StoredFile | undefined {
    return this.byUniqueId.get(fileUniqueId);
  }

  /** Makes the file's path downloadable, as `getFile` does. */
  allowDownload(file: StoredFile): void {
    this.downloadable.add(file.filePath);
  }

  /** The file at a download path; undefined when no `getFile` named it. */
  findDownload(filePath: string): StoredFile | undefined {
    return this.downloadable.has(filePath) ? this.byPath.get(filePath) : undefined;
  }

  /** The file's bytes. Throws when they were dropped to keep within the limit. */
  async read(file: StoredFile): Promise<Buffer> {
    if (file.diskPath === null) throw new Error(`The bytes of ${file.filePath} are no longer kept`);
    return readFile(file.diskPath);
  }

  private register(facts: FileFacts, bytes: number, extension: string): StoredFile {
    this.number += 1;
    const file: StoredFile = {
      ...facts,
      fileId: `${ID_PREFIXES[facts.kind]}${randomBytes(36).toString('base64url')}`,
      fileUniqueId: `AQAD${randomBytes(8).toString('base64url')}`,
      filePath: `${FOLDERS[facts.kind]}/file_${this.number}${extension || defaultExtension(facts)}`,
      bytes,
      diskPath: null,
    };
    this.byId.set(file.fileId, file);
    this.byPath.set(file.filePath, file);
    this.byUniqueId.set(file.fileUniqueId, file);
    return file;
  }

  private async keep(file: StoredFile, write: (path: string) => Promise<void>): Promise<void> {
    const path = join(this.directory, file.filePath.replaceAll('/', '-'));
    await mkdir(this.directory, { recursive: true });
    await write(path);
    file.diskPath = path;
    this.onDisk.add(file);
    this.bytesHeld += file.bytes;
    for (const oldest of this.onDisk) {
      if (this.bytesHeld <= this.bytesMax || oldest === file) break;
      await this.drop(oldest);
    }
  }

  private async drop(file: StoredFile): Promise<void> {
    this.onDisk.delete(file);
    this.bytesHeld -= file.bytes;
    const path = file.diskPath;
    file.diskPath = null;
    if (path !== null) await rm(path, { force: true });
  }
}

function extensionOf(name: string): string {
  return /\.[a-z0-9]{1,5}$/i.exec(name)?.[0].toLowerCase() ?? '';
}

function defaultExtension({ kind }: FileFacts): string {
  if (kind === 'photo') return '.jpg';
  return kind === 'video' || kind === 'animation' || kind === 'video_note' ? '.mp4' : '';
}
