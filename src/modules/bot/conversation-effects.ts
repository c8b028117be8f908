import assert from 'node:assert';
import { Injectable } from '@nestjs/common';
import { Env, logger } from '../../platform/index.js';
import { JobsService, OrderChecks } from '../jobs/index.js';
import { PhotosAwayError, PhotosService, type PhotoIntake } from '../photos/index.js';
import { TelegramClient, TelegramError } from '../telegram/index.js';
import type { User } from '../users/index.js';
import { AccountEffects } from './account-effects.js';
import type {
  CompleteDraft,
  Effect,
  EffectResult,
  IncomingPhoto,
  PhotoProblem,
} from './conversation.types.js';
import { productOfDraft } from './draft.rules.js';
import { PurchaseEffects } from './purchase-effects.js';
import type { OpenConversation } from './session.middleware.js';

type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

const PROBLEMS = {
  not_an_image: 'not_an_image',
  too_small: 'photo_too_small',
  too_large: 'photo_too_large',
  bad_ratio: 'photo_bad_ratio',
} as const satisfies Record<string, PhotoProblem>;

/** Does what a decision asks for. Each effect may be repeated: an update that was interrupted comes again. */
@Injectable()
export class ConversationEffects {
  private readonly log = logger('conversation');

  constructor(
    private readonly telegram: TelegramClient,
    private readonly photos: PhotosService,
    private readonly jobs: JobsService,
    private readonly checks: OrderChecks,
    private readonly purchases: PurchaseEffects,
    private readonly account: AccountEffects,
    private readonly env: Env,
  ) {}

  async perform(effect: Effect, conversation: OpenConversation): Promise<EffectResult> {
    if (effect.kind === 'agree') return this.account.agree(effect, conversation);
    const { user } = conversation;
    // Whoever has not agreed is asked to, and nothing else is done for them.
    assert(user, `${effect.kind} needs a person`);
    switch (effect.kind) {
      case 'take_photo':
        return this.takePhoto(effect, user);
      case 'start_order':
        return this.startOrder(effect, conversation, user);
      case 'find_repeat':
        return this.findRepeat(effect, user);
      case 'list_plans':
      case 'buy':
      case 'check_payment':
      case 'save_email':
        return this.purchases.perform(effect, conversation, user);
      default:
        return this.account.perform(effect, conversation, user);
    }
  }

  private async takePhoto({ photo, isMore }: EffectOf<'take_photo'>, user: User): Promise<EffectResult> {
    const fetched = await this.fetchPhoto(photo);
    if (typeof fetched === 'string') return { kind: 'photo_rejected', problem: fetched, isMore };
    const intake = await this.takeIn(fetched, user);
    if (!intake) return { kind: 'photo_rejected', problem: 'photo_unavailable', isMore };
    if (intake.kind === 'rejected') {
      return { kind: 'photo_rejected', problem: PROBLEMS[intake.reason], isMore };
    }
    const { path, score, advice } = intake;
    // What it shows is looked at while the person goes on.
    await this.checks.beginLook(path);
    return { kind: 'photo_stored', path, score, advice, photo, isMore };
  }

  /** Null where the store is away: the person is told at once, and nobody waits behind them. */
  private async takeIn(bytes: Buffer, user: User): Promise<PhotoIntake | null> {
    try {
      return await this.photos.intake(user.tgUserId, bytes);
    } catch (error) {
      if (!(error instanceof PhotosAwayError)) throw error;
      this.log.warn({ err: error }, 'A photo could not be stored');
      return null;
    }
  }

  private async fetchPhoto(photo: IncomingPhoto): Promise<Buffer | PhotoProblem> {
    try {
      return await this.telegram.downloadFile(photo.fileId, { bytesMax: this.env.PHOTO_BYTES_MAX });
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      if (error.meaning === 'too_large') return 'photo_too_large';
      this.log.warn({ err: error }, 'A photo could not be fetched');
      return 'photo_unavailable';
    }
  }

  /** The draft's id is the order's key, so that any number of taps and redeliveries start it once. */
  private async startOrder(
    { draft, creditsShown }: EffectOf<'start_order'>,
    conversation: OpenConversation,
    user: User,
  ): Promise<EffectResult> {
    const doubt = await this.doubtAbout(draft);
    if (doubt) return doubt;
    const started = await this.jobs.startOrder({
      ...productOfDraft(draft),
      model: draft.model,
      user,
      draftId: draft.id,
      count: draft.count,
      creditsShown,
      chatId: conversation.sender.chatId,
      progressMessageId: conversation.tap?.messageId ?? undefined,
    });
    switch (started.kind) {
      case 'started':
      case 'duplicate': {
        const { orderId, newCredits } = started;
        user.credits = newCredits;
        // Where this tap comes again, its videos may be further on, or over.
        const lines = await this.jobs.progressOf(orderId);
        return { kind: 'order_started', draft, orderId, lines };
      }
      default:
        return { kind: 'order_refused', refusal: started };
    }
  }

  /** What the look before charging has found, as far as the person has not answered it yet. */
  private async doubtAbout(draft: CompleteDraft): Promise<EffectResult | null> {
    const { model, id: draftId } = draft;
    const verdict = await this.checks.checkOrder({ ...productOfDraft(draft), model, draftId });
    switch (verdict.kind) {
      case 'clear':
        return null;
      case 'text_stop':
        return { kind: 'text_stopped', text: verdict.text };
      case 'photo_stop':
        return {
          kind: 'photo_stopped',
          stop: verdict.reason === 'people' ? 'photo_people' : 'photo_flagged',
        };
      case 'advice': {
        const isNew = verdict.advice.some((advice) => !draft.photoAccepted.includes(advice));
        return isNew ? { kind: 'photo_advised', advice: verdict.advice } : null;
      }
    }
  }

  private async findRepeat({ jobId, as }: EffectOf<'find_repeat'>, user: User): Promise<EffectResult> {
    const order = await this.jobs.findOrderToRepeat(user.id, jobId);
    return order ? { kind: 'repeat_found', jobId, order, as } : { kind: 'repeat_missing' };
  }
}
