import { createHash, createHmac } from 'node:crypto';
import { request, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one account that the door knows. */
export const ACCOUNT = { accessKeyId: 'an-id-of-the-tests', secretAccessKey: 'a-secret-of-the-tests' };
export const REGION = 'eu-central-1';

const SKEW_MAX_MS = 15 * 60_000;
const NEEDED_HEADERS = ['host', 'x-amz-content-sha256', 'x-amz-date'];

/** What the door does with a request instead of letting it through. */
export type Fault = { status: number; body: string } | 'reset' | 'stall' | 'cut' | 'halt';

/** A request as it came. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

interface Refusal {
  status: number;
  code: string;
}

/**
 * The door of a store that does not look at signatures itself: nobody gets through without one that is right, as with Amazon's
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). It can be told to fail, too.
 */
export class S3Door {
  readonly seen: SeenRequest[] = [];
  faults: Fault[] = [];
  private readonly server: Server;

  private constructor(private readonly storeUrl: string) {
    this.server = createServer((incoming, answer) => void this.take(incoming, answer));
  }

  static async open(storeUrl: string): Promise<S3Door> {
    const door = new S3Door(storeUrl);
    await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = incoming;
    this.seen.push({ method, path, headers });
    const fault = this.faults.shift();
    if (fault === 'stall') return;
    if (fault === 'reset') return void incoming.socket.destroy();
    if (fault === 'cut' || fault === 'halt') return beginOnly(answer, fault);
    if (fault) return void answer.writeHead(fault.status).end(fault.body);
    const refusal = findRefusal({ method, path, headers }, body);
    if (refusal) return void answer.writeHead(refusal.status).end(errorXml(refusal.code));
    this.letThrough({ method, path, headers }, body, answer);
  }

  private letThrough({ method, path, headers }: SeenRequest, body: Buffer, answer: ServerResponse): void {
    // It would look for the account, and knows another one.
    const { authorization: _signature, ...others } = headers;
    const inner = request(`${this.storeUrl}${path}`, { method, headers: others }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    inner.on('error', () => answer.destroy());
    inner.end(body);
  }
}

/** Half of what it says that it sends; then nothing more, or the end of the connection. */
function beginOnly(answer: ServerResponse, fault: 'cut' | 'halt'): void {
  answer.writeHead(200, { 'Content-Length': 2 });
  answer.write('h', () => {
    if (fault === 'cut') answer.destroy();
  });
}

export function errorXml(code: string): string {
  return `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>No</Message><RequestId>1</RequestId></Error>`;
}

function findRefusal(seen: SeenRequest, body: Buffer): Refusal | null {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w{64})$/.exec(
      seen.headers.authorization ?? '',
    );
  if (!signed) return { status: 403, code: 'AccessDenied' };
  const [, id = '', day = '', region = '', names = '', signature = ''] = signed;
  const at = String(seen.headers['x-amz-date']);
  const atMs = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - atMs) <= SKEW_MAX_MS)) return { status: 403, code: 'RequestTimeTooSkewed' };
  if (id !== ACCOUNT.accessKeyId) return { status: 403, code: 'InvalidAccessKeyId' };
  if (region !== REGION) return { status: 400, code: 'AuthorizationHeaderMalformed' };
  const headerNames = names.split(';');
  if (!NEEDED_HEADERS.every((name) => headerNames.includes(name)))
    return { status: 403, code: 'AccessDenied' };
  if (seen.headers['x-amz-content-sha256'] !== sha256(body))
    return { status: 400, code: 'XAmzContentSHA256Mismatch' };
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(canonicalOf(seen, headerNames))}`;
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${ACCOUNT.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  return expected === signature ? null : { status: 403, code: 'SignatureDoesNotMatch' };
}

function canonicalOf({ method, path, headers }: SeenRequest, names: string[]): string {
  const [place = '', query = ''] = path.split('?');
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const lines = names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const hash = String(headers['x-amz-content-sha256']);
  return [method, place, pairs.sort().join('&'), lines.join(''), names.join(';'), hash].join('\n');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(of: string | Buffer): string {
  return createHash('sha256').update(of).digest('hex');
}
