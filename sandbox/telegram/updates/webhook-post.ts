import http from 'node:http';
import https from 'node:https';

/** What a webhook answered. */
export interface WebhookAnswer {
  status: number;
  statusText: string;
  retryAfterS: number;
  contentType: string;
  body: string;
}

export interface WebhookPost {
  url: string;
  body: string;
  headers: Record<string, string>;
  timeoutMs: number;
  agents: WebhookAgents;
}

/** The open connections to one webhook. */
export class WebhookAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;

  constructor(connectionsMax: number) {
    this.http = new http.Agent({ keepAlive: true, maxSockets: connectionsMax });
    this.https = new https.Agent({ keepAlive: true, maxSockets: connectionsMax });
  }

  destroy(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

const ANSWER_BYTES_MAX = 1024 * 1024;

/** Posts an update. Rejects with the real server's words when there is no answer (WebhookActor.cpp). */
export function postUpdate({ url, body, headers, timeoutMs, agents }: WebhookPost): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    const secure = url.startsWith('https:');
    const request = (secure ? https : http).request(url, {
      method: 'POST',
      agent: secure ? agents.https : agents.http,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'Accept-Encoding': 'gzip, deflate',
        ...headers,
      },
    });
    const timer = setTimeout(() => request.destroy(new Error('Read timeout expired')), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(new Error(errorText(error)));
    };
    request.on('error', fail);
    request.on('response', (response) => {
      readAnswer(response).then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }, fail);
    });
    request.end(body);
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= ANSWER_BYTES_MAX) chunks.push(chunk);
  }
  const retryAfter = Number(response.headers['retry-after'] ?? 0);
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function errorText(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'Connection refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'Connection closed';
  return error.message;
}
