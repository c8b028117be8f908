import sharp from 'sharp';
import type { SandboxClock } from '../clock.js';
import type { PhotoRule } from './kie-models.data.js';

/** A picture's sides. */
export interface PictureSize {
  widthPx: number;
  heightPx: number;
}

/** An uploaded file as KIE keeps it. */
export interface UploadRecord {
  url: string;
  fileName: string;
  /** `<folder>/<fileName>` below the account's own folder. */
  filePath: string;
  sizeBytes: number;
  mimeType: string;
  /** Null for what is no picture. */
  picture: PictureSize | null;
  /** ISO 8601. */
  uploadedAt: string;
  source: 'stream' | 'base64' | 'url';
  account: string;
  /** How often the same name was written again. */
  overwrites: number;
}

interface StoredFile {
  record: UploadRecord;
  bytes: Buffer;
  storedAtMs: number;
  /** What the cache in front still serves after an overwrite. */
  stale: { bytes: Buffer; untilMs: number } | null;
}

/** How long an upload lives: newer pages say 24 h. https://docs.kie.ai/file-upload-api/quickstart */
export const UPLOAD_LIFE_TRUE_MS = 24 * 3_600_000;
const CACHE_TRUE_MS = 60_000;
const FETCH_TRUE_MS = 30_000;
const FETCH_REAL_MS_MIN = 2_000;

const MIME_TYPES: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};

/** What KIE found behind a link to a picture. */
export type PhotoVerdict = 'ok' | 'unreachable' | 'wrong_file_type' | 'wrong_size';

/** The temporary files of KIE's upload host, and its look at pictures by link. */
export class KieFiles {
  private readonly files = new Map<string, StoredFile>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly baseUrl: () => string,
  ) {}

  /** Stores a file; the same path and name again replaces the bytes, which the cache may hide for a true minute. */
  async store(upload: {
    account: string;
    folder: string;
    fileName: string;
    bytes: Buffer;
    source: UploadRecord['source'];
  }): Promise<UploadRecord> {
    const filePath = [upload.folder.replace(/^\/+|\/+$/g, ''), upload.fileName].filter(Boolean).join('/');
    const path = `/files/${[upload.account, ...filePath.split('/')].map(encodeURIComponent).join('/')}`;
    const old = this.files.get(path);
    const picture = await pictureOf(upload.bytes);
    const record: UploadRecord = {
      url: `${this.baseUrl()}${path}`,
      fileName: upload.fileName,
      filePath,
      sizeBytes: upload.bytes.length,
      mimeType: MIME_TYPES[picture?.format ?? ''] ?? 'application/octet-stream',
      picture: picture && { widthPx: picture.width, heightPx: picture.height },
      uploadedAt: new Date().toISOString(),
      source: upload.source,
      account: upload.account,
      overwrites: old ? old.record.overwrites + 1 : 0,
    };
    const storedAtMs = Date.now();
    const stale = old ? { bytes: old.bytes, untilMs: storedAtMs + this.clock.realMs(CACHE_TRUE_MS) } : null;
    this.files.set(path, { record, bytes: upload.bytes, storedAtMs, stale });
    return record;
  }

  /** The served bytes of a path, or null when there is none or it has expired. */
  read(path: string): { bytes: Buffer; mimeType: string } | null {
    const file = this.files.get(path);
    if (!file || this.clock.trueMsBetween(file.storedAtMs, Date.now()) > UPLOAD_LIFE_TRUE_MS) return null;
    const stale = file.stale && file.stale.untilMs > Date.now() ? file.stale.bytes : null;
    return { bytes: stale ?? file.bytes, mimeType: file.record.mimeType };
  }

  /** Every file ever stored, expired ones too. */
  list(): UploadRecord[] {
    return [...this.files.values()].map((file) => file.record);
  }

  /** Forgets everything. */
  clear(): void {
    this.files.clear();
  }

  /** The first upload that a task's input links to, expired or not; null where there is none. */
  uploadIn(input: Readonly<Record<string, unknown>>): { bytes: Buffer; picture: PictureSize | null } | null {
    for (const link of Object.values(input).flat()) {
      if (typeof link !== 'string' || !link.startsWith(`${this.baseUrl()}/files/`)) continue;
      const file = this.files.get(new URL(link).pathname);
      if (file) return { bytes: file.bytes, picture: file.record.picture };
    }
    return null;
  }

  /** Follows a link as KIE does. Returns null when nothing is there within 30 true seconds. */
  async fetch(url: string): Promise<Buffer | null> {
    const own = url.startsWith(`${this.baseUrl()}/files/`) ? new URL(url).pathname : null;
    if (own) return this.read(own)?.bytes ?? null;
    // A signal takes whole milliseconds only.
    const timeoutMs = Math.round(Math.max(this.clock.realMs(FETCH_TRUE_MS), FETCH_REAL_MS_MIN));
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
    } catch {
      return null;
    }
  }

  /** Looks at the picture behind a link with a model's eyes. */
  async judgePhoto(url: string, rule: PhotoRule): Promise<PhotoVerdict> {
    const bytes = await this.fetch(url);
    if (!bytes) return 'unreachable';
    const picture = await pictureOf(bytes);
    if (!picture || !rule.formats.includes(picture.format)) return 'wrong_file_type';
    const { width, height } = picture;
    const fits =
      bytes.length <= rule.bytesMax &&
      Math.min(width, height) >= (rule.sideMinPx ?? 0) &&
      Math.max(width, height) <= (rule.sideMaxPx ?? Infinity) &&
      width / height >= (rule.ratioMin ?? 0) &&
      width / height <= (rule.ratioMax ?? Infinity);
    return fits ? 'ok' : 'wrong_size';
  }
}

async function pictureOf(bytes: Buffer): Promise<{ format: string; width: number; height: number } | null> {
  try {
    const { format, width, height } = await sharp(bytes).metadata();
    return { format, width, height };
  } catch {
    return null;
  }
}
