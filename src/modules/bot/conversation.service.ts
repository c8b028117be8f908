import { Injectable } from '@nestjs/common';
import { OrderTerms } from '../jobs/index.js';
import { translatePlain } from '../telegram/index.js';
import { UsersService } from '../users/index.js';
import { ConversationEffects } from './conversation-effects.js';
import { decideTurn } from './conversation.rules.js';
import type { PersonEvent, Turn, TurnContext } from './conversation.types.js';
import { draftIdOf } from './stable-ids.js';
import { Entrance } from './entrance.js';
import { OperatorDesk } from './operators/operator-desk.js';
import type { SentMessage } from './operators/operator.types.js';
import { ReturningPeople } from './returning-people.js';
import { ScreenPresenter } from './screen-presenter.js';
import { welcomeBackScreen } from './screens/index.js';
import { languageOf, type OpenConversation } from './session.middleware.js';

/** An event leads to one effect, whose result to at most one more (an address is stored, then the purchase goes on). */
const EFFECTS_MAX = 2;

/** Leads the conversation: decides, answers the tap, does what the decision asks for, and shows the outcome. */
@Injectable()
export class ConversationService {
  constructor(
    private readonly entrance: Entrance,
    private readonly users: UsersService,
    private readonly returning: ReturningPeople,
    private readonly effects: ConversationEffects,
    private readonly presenter: ScreenPresenter,
    private readonly operators: OperatorDesk,
    private readonly terms: OrderTerms,
  ) {}

  /**
   * Handles what a person did; the new state is left in the conversation.
   *
   * @param message what they sent, as an operator may want it sent to others; null of a tap.
   */
  async take(conversation: OpenConversation, event: PersonEvent, message: SentMessage | null): Promise<void> {
    if (await this.entrance.turnsAway(conversation, event)) return;
    await this.welcomeBack(conversation);
    if (await this.operators.take(conversation, event, message)) return;
    if (event.kind === 'start') await this.refreshProfile(conversation);
    await this.play(conversation, event);
  }

  /** Somebody who had blocked the bot is greeted, and gets what was put aside for them. Nothing for anybody else. */
  async welcomeBack(conversation: OpenConversation): Promise<void> {
    const { user } = conversation;
    if (!user?.blockedAt || !(await this.returning.take(user.id))) return;
    user.blockedAt = null;
    await this.presenter.tell(conversation, welcomeBackScreen(user.language));
  }

  private async play(conversation: OpenConversation, event: PersonEvent): Promise<void> {
    let turn = decideTurn(conversation.state, event, await this.contextOf(conversation, 0));
    // At once, before any work: the waiting sign on a button should not last.
    void this.answerTap(conversation, turn);
    for (let done = 0; turn.effect && done < EFFECTS_MAX; done++) {
      const result = await this.effects.perform(turn.effect, conversation);
      turn = decideTurn(turn.state, result, await this.contextOf(conversation, done + 1));
    }
    conversation.state = turn.state;
    if (turn.show) await this.presenter.show(conversation, turn.show, turn.inPlace);
  }

  private answerTap(conversation: OpenConversation, { note }: Turn): Promise<void> | undefined {
    return conversation.tap?.answer(note && translatePlain(languageOf(conversation), `tap.${note}`));
  }

  private async contextOf({ user, sender, updateId }: OpenConversation, turn: number): Promise<TurnContext> {
    return {
      limits: this.presenter.limits,
      newDraftId: draftIdOf(sender.chatId, updateId, turn),
      consented: Boolean(user?.consentedAt),
      models: await this.terms.listOffered(),
    };
  }

  /** A `/start` brings the name up to date. */
  private async refreshProfile(conversation: OpenConversation): Promise<void> {
    const { user, sender } = conversation;
    if (user?.consentedAt) conversation.user = await this.users.refresh(user, sender.profile);
  }
}
