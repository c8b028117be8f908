import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PageFiles } from './page-files.js';

/** Of a name that holds a hash of its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The page itself, which holds nothing that is worth a login. */
@Controller('console')
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  page(@Res() reply: FastifyReply): void {
    this.send(reply, 'index.html');
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Res() reply: FastifyReply): void {
    this.send(reply.header('Cache-Control', FOR_EVER), name);
  }

  private send(reply: FastifyReply, name: string): void {
    const file = this.files.find(name);
    if (!file) {
      void reply.header('Cache-Control', 'no-store');
      throw new NotFoundException();
    }
    void reply.type(file.type).send(file.bytes);
  }
}
