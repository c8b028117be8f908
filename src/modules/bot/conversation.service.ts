import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Env } from '../../platform/index.js';
import { translatePlain } from '../telegram/index.js';
import { UsersService, type User } from '../users/index.js';
import { ConversationEffects } from './conversation-effects.js';
import { decideTurn } from './conversation.rules.js';
import type { PersonEvent, Turn } from './conversation.types.js';
import { ReturningPeople } from './returning-people.js';
import { ScreenPresenter } from './screen-presenter.js';
import { bannedScreen } from './screens/index.js';
import type { OpenConversation } from './session.middleware.js';

/** An event leads to one effect, whose result to at most one more (an address is stored, then the purchase goes on). */
const EFFECTS_MAX = 2;

/** Leads the conversation: decides, answers the tap, does what the decision asks for, and shows the outcome. */
@Injectable()
export class ConversationService {
  constructor(
    private readonly users: UsersService,
    private readonly returning: ReturningPeople,
    private readonly effects: ConversationEffects,
    private readonly presenter: ScreenPresenter,
    private readonly env: Env,
  ) {}

  /** Handles what a person did; the new state is left in the conversation. */
  async take(conversation: OpenConversation, event: PersonEvent): Promise<void> {
    const user = await this.personOf(conversation, event);
    if (user.bannedAt) return this.refuse(conversation, user);
    if (user.blockedAt) await this.returning.take(user.id);
    let turn = this.decide(conversation, event);
    // At once, before any work: the waiting sign on a button should not last.
    const note = turn.note && translatePlain(user.language, `tap.${turn.note}`);
    void conversation.tap?.answer(note);
    for (let done = 0; turn.effect && done < EFFECTS_MAX; done++) {
      const result = await this.effects.perform(turn.effect, conversation, user);
      turn = decideTurn(turn.state, result, this.context());
    }
    conversation.state = turn.state;
    if (turn.show) await this.presenter.show(conversation, user, turn.show);
  }

  private decide(conversation: OpenConversation, event: PersonEvent): Turn {
    return decideTurn(conversation.state, event, this.context());
  }

  private context() {
    return { limits: this.presenter.limits, newDraftId: randomUUID() };
  }

  /** Whoever writes is registered; a /start also brings the name up to date. */
  private async personOf(conversation: OpenConversation, event: PersonEvent): Promise<User> {
    if (conversation.user && event.kind !== 'start') return conversation.user;
    const { user } = await this.users.register(conversation.sender.profile);
    conversation.user = user;
    return user;
  }

  private async refuse(conversation: OpenConversation, user: User): Promise<void> {
    if (conversation.tap) {
      await conversation.tap.answer(translatePlain(user.language, 'problem.banned'));
      return;
    }
    await this.presenter.tell(conversation, user, bannedScreen(user.language, this.env.SUPPORT_URL));
  }
}
