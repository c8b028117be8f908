import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Env } from '../../../platform/index.js';
import {
  TelegramClient,
  TelegramError,
  translate,
  translatePlain,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { PersonEvent } from '../conversation.types.js';
import { ScreenPresenter } from '../screen-presenter.js';
import { languageOf, type OpenConversation } from '../session.middleware.js';
import { readOperatorCommand } from './operator-commands.rules.js';
import { OperatorDeeds } from './operator-deeds.js';
import { OperatorFacts } from './operator-facts.js';
import { OperatorPages } from './operator-pages.js';
import { beginWish, decideOperator } from './operator.rules.js';
import type { OperatorState } from './operator.schemas.js';
import {
  isOperatorCallback,
  type OperatorEvent,
  type OperatorProblem,
  type OperatorStep,
  type OperatorTurn,
  type SentMessage,
} from './operator.types.js';
import { operatorTextScreen, wishDoneScreen, wishScreen } from './wish.screen.js';

type StepOf<K extends OperatorStep['kind']> = Extract<OperatorStep, { kind: K }>;

/** Buttons whose message turns into what follows; what other buttons lead to comes below, so that the look stays. */
const CHANGES_ITS_MESSAGE = [
  ...['op_figures', 'op_broadcast', 'op_broadcast_new', 'op_who', 'op_language', 'op_button', 'op_chosen'],
  ...['op_confirm', 'op_drop'],
];

/** What operators do in Telegram. For everybody else it is not there: their words and taps go on as if it did not exist. */
@Injectable()
export class OperatorDesk {
  constructor(
    private readonly pages: OperatorPages,
    private readonly facts: OperatorFacts,
    private readonly deeds: OperatorDeeds,
    private readonly presenter: ScreenPresenter,
    private readonly telegram: TelegramClient,
    private readonly env: Env,
  ) {}

  /** @returns false for what is the conversation's. */
  async take(
    conversation: OpenConversation,
    event: PersonEvent,
    message: SentMessage | null,
  ): Promise<boolean> {
    if (!this.env.ADMIN_IDS.includes(conversation.sender.profile.tgUserId)) return false;
    const turn = decideOperator(conversation.state.operator, eventOf(event, message), randomUUID());
    keep(conversation, turn.operator);
    if (!turn.step) return false;
    const isOld = turn.step.kind === 'old';
    void conversation.tap?.answer(
      isOld ? translatePlain(languageOf(conversation), 'tap.operator_old') : undefined,
    );
    const inPlace = event.kind === 'tap' && CHANGES_ITS_MESSAGE.includes(event.callback?.kind ?? '');
    const shown = await this.follow(conversation, turn);
    if (shown) await this.presenter.put(conversation, shown, inPlace);
    return true;
  }

  private async follow(
    conversation: OpenConversation,
    { step }: OperatorTurn,
  ): Promise<OutgoingMessage | null> {
    const language = languageOf(conversation);
    switch (step?.kind) {
      case 'figures':
        return this.pages.today(language);
      case 'broadcast':
        return this.pages.broadcast(language);
      case 'person':
        return this.pages.person(language, step.who);
      case 'statement':
        return this.pages.statement(language, step.userId);
      case 'job':
        return this.pages.job(language, step.jobId);
      case 'usage':
        return operatorTextScreen(language, translate(language, `operator.usage.${step.command}`));
      case 'given_up':
        return operatorTextScreen(language, translate(language, 'operator.given_up'));
      case 'begin_grant':
        return this.beginGrant(conversation, step);
      case 'ask':
        return this.ask(conversation, step);
      case 'perform':
        return this.perform(conversation, step.confirmed);
      default:
        return null;
    }
  }

  private async beginGrant(
    conversation: OpenConversation,
    { who, credits, reason }: StepOf<'begin_grant'>,
  ): Promise<OutgoingMessage | null> {
    const found = await this.pages.findOne(languageOf(conversation), who);
    if ('instead' in found) return found.instead;
    const turn = beginWish({ kind: 'grant', userId: found.user.id, credits }, reason, randomUUID());
    keep(conversation, turn.operator);
    return this.follow(conversation, turn);
  }

  private async ask(
    conversation: OpenConversation,
    { problem, isNewMessage = false }: StepOf<'ask'>,
  ): Promise<OutgoingMessage | null> {
    const { operator } = conversation.state;
    if (!operator) return null;
    const language = languageOf(conversation);
    const facts = await this.facts.of(operator.wish);
    if (typeof facts === 'string') {
      keep(conversation, null);
      return this.pages.missing(language, facts);
    }
    const trouble = isNewMessage ? await this.preview(conversation, operator) : undefined;
    const state = conversation.state.operator ?? operator;
    return wishScreen(this.pages.voiceIn(language), state, { facts, problem: trouble ?? problem });
  }

  /** Shows the operator what people will see. A message that cannot be copied is asked for anew. */
  private async preview(
    conversation: OpenConversation,
    operator: OperatorState,
  ): Promise<OperatorProblem | undefined> {
    const { wish } = operator;
    if (wish.kind !== 'broadcast' || wish.messageId === null) return undefined;
    const { chatId } = conversation.sender;
    try {
      const keyboard = wish.button ? [[wish.button]] : undefined;
      await this.telegram.copyMessage(chatId, { chatId, messageId: wish.messageId }, keyboard);
      return undefined;
    } catch (error) {
      if (!(error instanceof TelegramError) || error.meaning !== 'refused') throw error;
      const again = { ...wish, messageId: null, button: null, asksButton: false };
      keep(conversation, { ...operator, wish: again });
      return 'bad_message';
    }
  }

  private async perform(conversation: OpenConversation, confirmed: OperatorState): Promise<OutgoingMessage> {
    const language = languageOf(conversation);
    const { wish } = confirmed;
    const messageId = conversation.tap?.messageId ?? null;
    const facts = await this.facts.of(wish);
    if (typeof facts === 'string') return this.pages.missing(language, facts);
    const result = await this.deeds.perform(confirmed, { chatId: conversation.sender.chatId, messageId });
    const isBroadcast = facts.kind === 'broadcast' || facts.kind === 'running';
    // That message shows from now on how it gets on.
    if (isBroadcast && result.outcome === 'done') return this.pages.broadcast(language);
    return wishDoneScreen(this.pages.voiceIn(language), confirmed, { result, facts });
  }
}

function keep(conversation: OpenConversation, operator: OperatorState | null): void {
  conversation.state = { ...conversation.state, operator };
}

function eventOf(event: PersonEvent, message: SentMessage | null): OperatorEvent {
  if (event.kind === 'tap') {
    const { callback } = event;
    return callback && isOperatorCallback(callback) ? { kind: 'tap', callback } : { kind: 'other' };
  }
  if (event.kind === 'command' && event.name === 'cancel') return { kind: 'cancel' };
  if (event.kind === 'command' || event.kind === 'start') {
    const command = message?.text ? readOperatorCommand(message.text) : null;
    return command ? { kind: 'command', command } : { kind: 'other' };
  }
  return message ? { kind: 'message', message } : { kind: 'other' };
}
