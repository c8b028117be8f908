/** Messages as a client or a server of PostgreSQL writes them, for specs. */

export function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? zeroEnded(part) : part)));
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

export function startup(parameters: Record<string, string>): Buffer {
  const words = Object.entries(parameters).flat().map(zeroEnded);
  const body = Buffer.concat([int32(3 << 16), ...words, Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export function query(sql: string): Buffer {
  return message('Q', sql);
}

export function parse(sql: string, name = ''): Buffer {
  return message('P', name, sql, int16(0));
}

export function bind(params: readonly (string | Buffer | null)[], statement = ''): Buffer {
  const formats = params.map((value) => int16(Buffer.isBuffer(value) ? 1 : 0));
  const values = params.flatMap((value) => {
    const bytes = value === null ? null : Buffer.from(value);
    return bytes === null ? [int32(-1)] : [int32(bytes.length), bytes];
  });
  return message('B', '', statement, int16(formats.length), ...formats, int16(params.length), ...values);
}

export function commandComplete(tag: string): Buffer {
  return message('C', tag);
}

function zeroEnded(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
