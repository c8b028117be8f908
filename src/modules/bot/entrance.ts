import { Injectable } from '@nestjs/common';
import { Env, MAINTENANCE, Switches } from '../../platform/index.js';
import { translatePlain, type OutgoingMessage, type TranslationKey } from '../telegram/index.js';
import type { PersonEvent } from './conversation.types.js';
import { decidePace, isCounted, type PaceVerdict } from './pace.rules.js';
import { ScreenPresenter } from './screen-presenter.js';
import { bannedScreen, maintenanceScreen, slowDownScreen } from './screens/index.js';
import { languageOf, type OpenConversation } from './session.middleware.js';

/** Who may talk to the bot at this moment, and what everybody else is told. */
@Injectable()
export class Entrance {
  constructor(
    private readonly presenter: ScreenPresenter,
    private readonly switches: Switches,
    private readonly env: Env,
  ) {}

  /**
   * Turns away, with a word, who is banned, who is faster than anybody can read, and, while the bot is closed for maintenance, who is no
   * operator.
   *
   * @returns false for somebody who may come in.
   */
  async turnsAway(conversation: OpenConversation, event: PersonEvent): Promise<boolean> {
    const language = languageOf(conversation);
    if (conversation.user?.bannedAt) {
      await this.refuse(conversation, 'problem.banned', bannedScreen(language, this.env.SUPPORT_URL));
      return true;
    }
    const verdict = this.countEvent(conversation, event);
    if (verdict !== 'fine') {
      await this.slowDown(conversation, verdict);
      return true;
    }
    if (!(await this.switches.isOn(MAINTENANCE)) || this.isOperator(conversation)) return false;
    await this.refuse(conversation, 'problem.maintenance_tap', maintenanceScreen(language));
    return true;
  }

  private isOperator({ sender }: OpenConversation): boolean {
    return this.env.ADMIN_IDS.includes(sender.profile.tgUserId);
  }

  private countEvent(conversation: OpenConversation, event: PersonEvent): PaceVerdict {
    if (!isCounted(event, conversation.state)) return 'fine';
    const limits = { eventsMax: this.env.PERSON_EVENTS_MAX, windowMs: this.env.PERSON_EVENTS_WINDOW_MS };
    const { pace, verdict } = decidePace(conversation.state.pace, conversation.nowMs, limits);
    conversation.state = { ...conversation.state, pace };
    return verdict;
  }

  /** Said once; after that a tap is answered without a word, and a message is passed over. */
  private async slowDown(conversation: OpenConversation, verdict: PaceVerdict): Promise<void> {
    const isFirst = verdict === 'slow_down';
    const language = languageOf(conversation);
    if (conversation.tap) {
      await conversation.tap.answer(isFirst ? translatePlain(language, 'tap.slow_down') : undefined);
    } else if (isFirst) {
      await this.presenter.tell(conversation, slowDownScreen(language));
    }
  }

  private async refuse(
    conversation: OpenConversation,
    answer: TranslationKey,
    screen: OutgoingMessage,
  ): Promise<void> {
    if (conversation.tap) await conversation.tap.answer(translatePlain(languageOf(conversation), answer));
    else await this.presenter.tell(conversation, screen);
  }
}
