import { Injectable } from '@nestjs/common';
import { Env, logger } from '../../platform/index.js';
import { JobsService } from '../jobs/index.js';
import { PhotosService } from '../photos/index.js';
import { TelegramClient, TelegramError } from '../telegram/index.js';
import type { User } from '../users/index.js';
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
    private readonly purchases: PurchaseEffects,
    private readonly env: Env,
  ) {}

  perform(effect: Effect, conversation: OpenConversation, user: User): Promise<EffectResult> {
    switch (effect.kind) {
      case 'take_photo':
        return this.takePhoto(effect.photo, user);
      case 'start_order':
        return this.startOrder(effect.draft, conversation, user);
      case 'find_repeat':
        return this.findRepeat(effect.jobId, user);
      case 'list_plans':
      case 'buy':
      case 'check_payment':
      case 'save_email':
        return this.purchases.perform(effect, conversation, user);
    }
  }

  private async takePhoto(photo: IncomingPhoto, user: User): Promise<EffectResult> {
    const fetched = await this.fetchPhoto(photo);
    if (typeof fetched === 'string') return { kind: 'photo_rejected', problem: fetched };
    const intake = await this.photos.intake(user.tgUserId, fetched);
    return intake.kind === 'stored'
      ? { kind: 'photo_stored', path: intake.path, photo }
      : { kind: 'photo_rejected', problem: PROBLEMS[intake.reason] };
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
    draft: CompleteDraft,
    conversation: OpenConversation,
    user: User,
  ): Promise<EffectResult> {
    const started = await this.jobs.startOrder({
      ...productOfDraft(draft),
      user,
      draftId: draft.id,
      count: draft.count,
      chatId: conversation.sender.chatId,
      progressMessageId: conversation.tap?.messageId ?? undefined,
    });
    switch (started.kind) {
      case 'started':
      case 'duplicate':
        return { kind: 'order_started', draft, newCredits: started.newCredits };
      case 'insufficient_credits':
      case 'too_many_in_flight':
      case 'not_accepting':
        return { kind: 'order_refused', refusal: started };
    }
  }

  private async findRepeat(jobId: string, user: User): Promise<EffectResult> {
    const order = await this.jobs.findOrderToRepeat(user.id, jobId);
    return order ? { kind: 'repeat_found', jobId, order } : { kind: 'repeat_missing' };
  }
}
