/**
 * As much of PostgreSQL's wire protocol as is needed to see what a connection commits
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html). Without TLS.
 */

/** One message with its bytes as they came; the very first one of a client has no type and gets this one. */
export interface PgMessage {
  type: string;
  bytes: Buffer;
}

/** The type that stands for a connection's first message. */
export const STARTUP = 'startup';
const LENGTH_BYTES = 4;
const PROTOCOL_3 = 3;

/** Cuts what arrives on one side of a connection into whole messages. */
export class PgSplitter {
  private rest: Buffer = Buffer.alloc(0);

  /** @param hasStartup whether the first message is a client's, which has no type byte. */
  constructor(private hasStartup: boolean) {}

  /** Takes what arrived. Returns the messages that are whole now. */
  take(chunk: Buffer): PgMessage[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const messages: PgMessage[] = [];
    for (;;) {
      const typeBytes = this.hasStartup ? 0 : 1;
      if (this.rest.length < typeBytes + LENGTH_BYTES) return messages;
      const end = typeBytes + this.rest.readUInt32BE(typeBytes);
      if (this.rest.length < end) return messages;
      const type = this.hasStartup ? STARTUP : String.fromCharCode(this.rest[0] ?? 0);
      messages.push({ type, bytes: this.rest.subarray(0, end) });
      this.rest = this.rest.subarray(end);
      this.hasStartup = false;
    }
  }

  /** What is left over: the beginning of a message. */
  takeRest(): Buffer {
    const { rest } = this;
    this.rest = Buffer.alloc(0);
    return rest;
  }
}

/** The parameters of a startup message (user, database, application_name …); null for a request that is none. */
export function readStartup({ bytes }: PgMessage): Map<string, string> | null {
  if (bytes.readUInt16BE(LENGTH_BYTES) !== PROTOCOL_3) return null;
  const words = bytes
    .subarray(2 * LENGTH_BYTES)
    .toString()
    .split('\0');
  const parameters = new Map<string, string>();
  for (let index = 0; words[index]; index += 2) parameters.set(words[index] ?? '', words[index + 1] ?? '');
  return parameters;
}

/** The SQL of a simple query. */
export function readQuery({ bytes }: PgMessage): string {
  return new Reader(bytes).text();
}

/** The SQL of a `Parse`, and the name of the statement that it makes. */
export function readParse({ bytes }: PgMessage): { name: string; sql: string } {
  const reader = new Reader(bytes);
  return { name: reader.text(), sql: reader.text() };
}

/** The values of a `Bind` as text, and which statement they are for; a value in binary is null, as NULL is. */
export function readBind({ bytes }: PgMessage): { statement: string; params: (string | null)[] } {
  const reader = new Reader(bytes);
  reader.text();
  const statement = reader.text();
  const formats = reader.list(() => reader.int16());
  const params = reader.list((index) => {
    const value = reader.value();
    const isBinary = (formats.length === 1 ? formats[0] : formats[index]) === 1;
    return isBinary ? null : (value?.toString() ?? null);
  });
  return { statement, params };
}

/** What a command did: `UPDATE 1`, `COMMIT`. */
export function readCommandTag({ bytes }: PgMessage): string {
  return new Reader(bytes).text();
}

class Reader {
  private at = 1 + LENGTH_BYTES;

  constructor(private readonly bytes: Buffer) {}

  /** Up to the next zero byte. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  /** A value behind its length; null for NULL. */
  value(): Buffer | null {
    const length = this.bytes.readInt32BE(this.at);
    this.at += LENGTH_BYTES;
    if (length < 0) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  list<T>(read: (index: number) => T): T[] {
    return Array.from({ length: this.int16() }, (_, index) => read(index));
  }
}
