import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';

/** A plain name: a missing or odd User-Agent earns a bare 403 from Cloudflare. */
const USER_AGENT = 'Mozilla/5.0 (compatible; Neurocards/1.0)';
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const SOCKETS_MAX = 64;

export interface HttpClientOptions {
  baseUrl: string;
  /** From the first byte sent to the last byte read. */
  timeoutMs: number;
  headers?: Readonly<Record<string, string>>;
}

/**
 * An axios client for one provider: bounded in time, size and sockets, follows no redirect, answers with the raw text
 * whatever the status is (it never throws on one). What it throws is a failure of the connection; such an error holds the
 * request's headers, so wrap it and never log it.
 */
export function createHttpClient(options: HttpClientOptions): AxiosInstance {
  const client = axios.create({
    baseURL: options.baseUrl,
    timeout: options.timeoutMs,
    headers: { 'User-Agent': USER_AGENT, ...options.headers },
    validateStatus: () => true,
    maxRedirects: 0,
    maxContentLength: ANSWER_BYTES_MAX,
    maxBodyLength: Infinity,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    proxy: false,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  });
  // axios's own timeout covers neither a connection that hangs while it is made nor an answer that drips.
  client.interceptors.request.use((request) => {
    const limit = AbortSignal.timeout(request.timeout || options.timeoutMs);
    request.signal = request.signal ? AbortSignal.any([request.signal as AbortSignal, limit]) : limit;
    return request;
  });
  return client;
}
