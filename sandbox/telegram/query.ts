import { badRequest } from './errors.js';

/** A file that came with a multipart request, already on disk. */
export interface Upload {
  name: string;
  mimeType: string;
  bytes: number;
  /** A temporary file that belongs to the request; `FileStore.adopt` takes it over. */
  diskPath: string;
}

/**
 * One call of a Bot API method. Whatever form the request had (query string, urlencoded, JSON, multipart), an argument
 * is a text here, objects and arrays as JSON, exactly as in the real server.
 */
export class BotQuery {
  /** In lower case: method names are case-insensitive. */
  readonly method: string;

  constructor(
    method: string,
    readonly args: ReadonlyMap<string, string>,
    readonly uploads: ReadonlyMap<string, Upload> = new Map(),
  ) {
    this.method = method.toLowerCase();
  }

  /** The argument, or an empty text when it is absent. */
  text(name: string): string {
    return this.args.get(name) ?? '';
  }

  /** A whole number held between the bounds, as the real server clamps it. */
  integer(name: string, fallback: number, [min, max]: readonly [number, number]): number {
    const text = this.text(name);
    const value = text === '' ? fallback : toInteger(text);
    return Math.min(max, Math.max(min, value));
  }

  /** `true`, `yes` and `1` are true in any case. */
  flag(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.text(name).trim().toLowerCase());
  }

  /** The argument parsed as JSON, or undefined when absent. Throws the real server's text for broken JSON. */
  json(name: string, what: string): unknown {
    const text = this.text(name);
    if (text === '') return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw badRequest(`can't parse ${what} JSON object`);
    }
  }

  /** The argument parsed as JSON; broken JSON counts as absent, as the real server takes `allowed_updates`. */
  lenientJson(name: string): unknown {
    try {
      return JSON.parse(this.text(name)) as unknown;
    } catch {
      return undefined;
    }
  }

  /** The id of a chat. Throws 400 when empty. NaN when it is not a number. */
  chatId(): number {
    const text = this.text('chat_id');
    if (text === '') throw badRequest('chat_id is empty');
    return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  }

  /** The uploaded file of a field, directly or through `attach://<name>`. */
  upload(field: string, value: string = this.text(field)): Upload | undefined {
    const attached = /^attach:\/\/(.+)$/.exec(value)?.[1];
    return this.uploads.get(attached ?? field);
  }
}

/** Leading digits as a number, 0 when there are none: the real server's lenient reading. */
export function toInteger(text: string): number {
  return Number(/^-?\d+/.exec(text.trim())?.[0] ?? 0);
}
