import { Injectable } from '@nestjs/common';
import { CreditsService } from '../credits/index.js';
import { NoticesService } from '../notifications/index.js';
import { UsersService } from '../users/index.js';
import type { ActionResult, OperatorRequest } from './operator-action.types.js';
import { OperatorActions } from './operator-actions.js';

/** More than anybody ever buys at once: a digit too many should not become money. */
export const GRANT_CREDITS_MAX = 500;

/** What operators do with people. */
@Injectable()
export class UserActions {
  constructor(
    private readonly actions: OperatorActions,
    private readonly users: UsersService,
    private readonly credits: CreditsService,
    private readonly notices: NoticesService,
  ) {}

  /**
   * Gives a person credits and tells them. `details.newCredits` is their balance.
   *
   * @param amount 1 to 500
   */
  async grant(request: OperatorRequest, userId: string, amount: number): Promise<ActionResult> {
    let noticeId: string | null = null;
    const about = { action: 'credits_granted', subjectKind: 'user', subject: userId } as const;
    const result = await this.actions.perform(request, about, async (manager) => {
      if (!Number.isInteger(amount) || amount < 1 || amount > GRANT_CREDITS_MAX)
        return { outcome: 'not_positive' };
      const user = await this.users.find(userId, manager);
      if (!user) return { outcome: 'not_found' };
      const cause = `granted-${request.key}`;
      const { tgUserId } = user;
      const { newCredits } = await this.credits.add(manager, { tgUserId, amount, type: 'bonus', cause });
      const payload = { kind: 'credits_granted', credits: amount, balance: newCredits } as const;
      noticeId = await this.notices.write(manager, { userId, cause, payload });
      return { outcome: 'done', details: { credits: amount, newCredits } };
    });
    if (noticeId) await this.notices.wake(noticeId);
    return result;
  }

  /** Closes the bot to a person; what they ordered goes on. */
  ban(request: OperatorRequest, userId: string): Promise<ActionResult> {
    return this.setBanned(request, userId, true);
  }

  /** Opens it again. */
  unban(request: OperatorRequest, userId: string): Promise<ActionResult> {
    return this.setBanned(request, userId, false);
  }

  private setBanned(request: OperatorRequest, userId: string, banned: boolean): Promise<ActionResult> {
    const action = banned ? 'user_banned' : 'user_unbanned';
    return this.actions.perform(
      request,
      { action, subjectKind: 'user', subject: userId },
      async (manager) => {
        if (!(await this.users.find(userId, manager))) return { outcome: 'not_found' };
        const changed = await this.users.setBanned(manager, userId, banned);
        return { outcome: changed ? 'done' : 'unchanged' };
      },
    );
  }
}
