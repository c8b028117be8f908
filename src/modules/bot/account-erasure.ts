import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { logger, runInTransaction } from '../../platform/index.js';
import { BroadcastsService } from '../admin/index.js';
import { CreditsService } from '../credits/index.js';
import { JobErasure } from '../jobs/index.js';
import { RecipientsService } from '../notifications/index.js';
import { PaymentErasure } from '../payments/index.js';
import { PhotoErasure } from '../photos/index.js';
import { UsersService, type User } from '../users/index.js';
import { ConversationStore } from './conversation.store.js';

/** Something of the person's is not over: nobody is erased meanwhile. */
export interface BusyAccount {
  kind: 'busy';
  /** Videos that are made or sent. */
  videos: number;
  /** Payments and refunds under way. */
  payments: number;
}

/** What an erasure would take; the credits are lost with it. */
export type AccountLook = { kind: 'free'; credits: number } | BusyAccount;

/** What came of wanting to be erased. */
export type ErasureOutcome =
  | { kind: 'erased' }
  | BusyAccount
  /** The balance is not what the person was shown when they agreed to lose it. */
  | { kind: 'changed'; credits: number };

/** Who is erased, as the update's own lock knows them. */
type Erased = Pick<User, 'id' | 'tgUserId'>;

/**
 * Erases a person: profile, e-mail, texts, photos and conversation, in one transaction under their lock. The ledger stays, under our own
 * id and an HMAC of the Telegram id. The chat's row goes with `ConversationStore.forget`, at the end of the update.
 */
@Injectable()
export class AccountErasure {
  private readonly log = logger('erasure');

  constructor(
    private readonly dataSource: DataSource,
    private readonly credits: CreditsService,
    private readonly users: UsersService,
    private readonly jobs: JobErasure,
    private readonly payments: PaymentErasure,
    private readonly recipients: RecipientsService,
    private readonly broadcasts: BroadcastsService,
    private readonly photos: PhotoErasure,
    private readonly conversations: ConversationStore,
  ) {}

  /** What the person would lose, or what stands against it; to be asked about before `erase`. */
  async look(user: Erased): Promise<AccountLook> {
    const busy = await this.findBusy(this.dataSource.manager, user);
    return busy ?? { kind: 'free', credits: await this.credits.balanceOf(user.id) };
  }

  /**
   * Erases the person for good, or changes nothing. Repeated it finds them erased.
   *
   * @param shownCredits the balance that the person has agreed to lose.
   */
  async erase(user: Erased, shownCredits: number): Promise<ErasureOutcome> {
    const done = await runInTransaction(this.dataSource, (manager) =>
      this.eraseIn(manager, user, shownCredits),
    );
    if (done.kind !== 'erased') return done;
    if (done.removalId !== null) {
      this.log.info({ userId: user.id }, 'A person was erased');
      await this.photos.removeNow(done.removalId);
    }
    return { kind: 'erased' };
  }

  private async eraseIn(
    manager: EntityManager,
    { id: userId, tgUserId }: Erased,
    shownCredits: number,
  ): Promise<{ kind: 'erased'; removalId: string | null } | Exclude<ErasureOutcome, { kind: 'erased' }>> {
    await this.credits.lockUser(manager, userId);
    const user = await this.users.find(userId, manager);
    if (!user) return { kind: 'erased', removalId: null };
    const busy = await this.findBusy(manager, user);
    if (busy) return busy;
    if (user.credits !== shownCredits) return { kind: 'changed', credits: user.credits };
    await this.credits.expireAll(manager, { userId, cause: `erased-${userId}` });
    await this.jobs.erase(manager, user);
    await this.payments.erase(manager, user);
    await this.recipients.erase(manager, { userId, chatId: tgUserId });
    await this.broadcasts.erase(manager, { userId, chatId: tgUserId });
    await this.conversations.eraseState(manager, tgUserId);
    const removalId = await this.photos.erase(manager, tgUserId);
    // Last: whoever writes something for this person meanwhile is done then, or finds nobody.
    await this.users.erase(manager, userId);
    return { kind: 'erased', removalId };
  }

  private async findBusy(manager: EntityManager, user: Erased): Promise<BusyAccount | null> {
    const videos = await this.jobs.countOpen(manager, user.id);
    const payments = await this.payments.countOpen(manager, user);
    return videos + payments > 0 ? { kind: 'busy', videos, payments } : null;
  }
}
