import { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { CALLBACK_PATH } from './callback-url.js';

const EMPTY_BODY = Buffer.from('{}');

/**
 * KIE's callback says all that we need by its address. A body that is cut off, or is no JSON, is taken for an empty one:
 * refusing it would cost the hint, since KIE gives up after three refusals.
 */
@Injectable()
export class KieCallbackBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preParsing', async (request, _reply, payload) =>
      // By the route, as it was found: the address itself may be written in many ways.
      request.routeOptions.url?.startsWith(`/${CALLBACK_PATH}/`) ? readable(request, payload) : payload,
    );
  }
}

async function readable(request: FastifyRequest, payload: RequestPayload): Promise<RequestPayload> {
  const chunks: Buffer[] = [];
  let receivedBytes = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    receivedBytes += chunk.length;
    if (receivedBytes <= request.routeOptions.bodyLimit) chunks.push(chunk);
  }
  const received = Buffer.concat(chunks);
  const body = isJson(received) ? received : EMPTY_BODY;
  const isTooLarge = receivedBytes > request.routeOptions.bodyLimit;
  request.headers['content-type'] = 'application/json';
  // What Fastify holds against the route's limit, and against the body that it is given.
  request.headers['content-length'] = String(isTooLarge ? receivedBytes : body.length);
  return Readable.from([body]);
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
