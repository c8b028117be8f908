import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';
import { TextInspector } from '../prompts/index.js';
import { JobsRepository } from './jobs.repository.js';
import { decideOrder, textsToCheck, type OrderText, type OrderVerdict } from './order-check.rules.js';
import { orderKeyOf } from './order-terms.js';
import { PhotoLooks } from './photo-looks.js';

/** An order that is about to be charged. */
export interface OrderToCheck {
  draftId: string;
  photoPath: string;
  description: string;
  wishes: string | null;
  /** The person's own prompt. */
  prompt: string | null;
  /** The slug of the video model. */
  model: string;
}

/** The look at an order before it is charged: at its photo, which begins early, and at its texts. */
@Injectable()
export class OrderChecks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly photoLooks: PhotoLooks,
    private readonly texts: TextInspector,
    private readonly env: Env,
  ) {}

  /** Has a photo looked at while the person goes on typing. */
  beginLook(photoPath: string): Promise<void> {
    return this.photoLooks.ask(photoPath);
  }

  /**
   * What was seen in the photo (moderation, people, a brand) and in the texts (moderation), after at most `PHOTO_LOOK_WAIT_MS`. What
   * was not seen in time is clear, and so is an order that was started before: it must not be doubted any more. No transaction may
   * be open. What intake says of a photo at once, such as its sharpness, was asked about long before.
   */
  async checkOrder(order: OrderToCheck): Promise<OrderVerdict> {
    const [photo, flaggedText] = await Promise.all([
      this.photoLooks.verdict(order.photoPath, order.model),
      this.findFlaggedText(order),
    ]);
    const verdict = decideOrder(photo, flaggedText);
    if (verdict.kind === 'clear' || (await this.isStarted(order.draftId))) return { kind: 'clear' };
    return verdict;
  }

  private async findFlaggedText(order: OrderToCheck): Promise<OrderText | null> {
    const texts = textsToCheck(order);
    if (texts.length === 0) return null;
    const words = texts.map(([, text]) => text);
    const flagged = await this.texts.findFlagged(words, this.env.PHOTO_LOOK_WAIT_MS);
    return texts.find((_text, index) => flagged[index])?.[0] ?? null;
  }

  private isStarted(draftId: string): Promise<boolean> {
    return this.jobs.existsForKey(this.dataSource.manager, orderKeyOf(draftId));
  }
}
