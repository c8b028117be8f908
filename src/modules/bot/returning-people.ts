import { Injectable } from '@nestjs/common';
import { ParkedVideos } from '../jobs/index.js';
import { NoticesService } from '../notifications/index.js';
import { UsersService } from '../users/index.js';

/** People who had blocked the bot and are back: what was put aside for them is sent. */
@Injectable()
export class ReturningPeople {
  constructor(
    private readonly users: UsersService,
    private readonly parked: ParkedVideos,
    private readonly notices: NoticesService,
  ) {}

  /**
   * The person wrote, or let the bot in again. Where this is cut short after its first step, the crons do the rest.
   *
   * @returns false when they had not blocked it.
   */
  async take(userId: string): Promise<boolean> {
    if (!(await this.users.markReturned(userId))) return false;
    await this.parked.resume(userId);
    await this.notices.resume(userId);
    return true;
  }
}
