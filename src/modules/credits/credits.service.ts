import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { UnknownUserError } from './credits.errors.js';
import {
  CreditsRepository,
  type ChargedOrder,
  type CreditsToAdd,
  type OrderToCharge,
  type PaymentHistoryRow,
  type PaymentRefundOutcome,
  type PurchaseOutcome,
} from './credits.repository.js';
import type { CreditsHistory } from './credits-history.entity.js';

const HISTORY_PAGE_MAX = 100;

/** Part of a credit history. */
export interface CreditsHistoryPage {
  /** Newest first. */
  rows: CreditsHistory[];
  /** From 0. */
  page: number;
  /** At least 1. */
  pages: number;
}

/**
 * The only place that changes a balance. What changes one takes the caller's transaction, so that the credit and what it
 * is for become true together.
 */
@Injectable()
export class CreditsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly credits: CreditsRepository,
  ) {}

  /**
   * Takes the person for the caller's transaction, before any of their jobs or payments: whatever changes the balance of one person comes
   * one after the other, and in one order of locks.
   */
  lockUser(em: EntityManager, userId: string): Promise<void> {
    return this.credits.lockUser(em, userId);
  }

  /**
   * Makes the jobs of an order and takes their credits, all or nothing.
   *
   * @throws InsufficientCreditsError, ForeignIdempotencyKeyError, UnknownUserError, InvalidCreditOperationError; each ends
   * the transaction.
   */
  chargeForOrder(em: EntityManager, order: OrderToCharge): Promise<ChargedOrder> {
    return this.credits.createJobsAndConsumeCredits(em, order);
  }

  /**
   * Gives back what a failed job took. A second call finds it done: `refunded` is then false.
   *
   * @throws JobNotRefundableError, UnknownUserError; each ends the transaction.
   */
  refundJob(
    em: EntityManager,
    job: { tgUserId: number; jobId: string },
  ): Promise<{ newCredits: number; refunded: boolean }> {
    return this.credits.refundJob(em, job);
  }

  /**
   * Gives credits that no job and no payment explains.
   *
   * @throws ForeignIdempotencyKeyError when another user has the cause, UnknownUserError, InvalidCreditOperationError.
   */
  async add(em: EntityManager, credits: CreditsToAdd): Promise<{ newCredits: number }> {
    return { newCredits: await this.credits.addCredits(em, credits) };
  }

  /**
   * Part of an erasure: whatever is left of the balance is lost, and so is what the Python system wrote about it. A second call with the
   * cause takes nothing more.
   *
   * @throws UnknownUserError, ForeignIdempotencyKeyError when the cause stands for something else.
   */
  async expireAll(
    em: EntityManager,
    lost: { userId: string; cause: string },
  ): Promise<{ expiredCredits: number }> {
    await this.credits.eraseLegacyWords(em, lost.userId);
    return { expiredCredits: await this.credits.expireCredits(em, lost) };
  }

  /**
   * Grants what a pending payment sold, and makes it completed. A second call is refused as `already_completed`.
   *
   * @param payment `credits` must be what the payment's row sold.
   */
  grantPurchase(
    em: EntityManager,
    payment: { paymentId: string; tgUserId: number; credits: number },
  ): Promise<PurchaseOutcome> {
    return this.credits.completePayment(em, payment);
  }

  /**
   * Takes back what a refunded sum had bought, as far as it is still there. A second call for the same refund answers `repeated`.
   *
   * @param refund `amount` in the payment's own unit, kopecks or Stars, above 0.
   * @throws InvalidCreditOperationError
   */
  takeBackPurchase(
    em: EntityManager,
    refund: { paymentId: string; providerRefundId: string; amount: number },
  ): Promise<PaymentRefundOutcome> {
    return this.credits.refundPayment(em, refund);
  }

  /** Purchases, and what refunds took back, of these payments; as the caller's transaction sees them. */
  listOfPayments(em: EntityManager, paymentIds: readonly string[]): Promise<PaymentHistoryRow[]> {
    return this.credits.listOfPayments(em, paymentIds);
  }

  /** @throws UnknownUserError */
  async balanceOf(userId: string): Promise<number> {
    const balance = await this.credits.findBalance(this.dataSource.manager, userId);
    if (balance === null) throw new UnknownUserError(`There is no user ${userId}`);
    return balance;
  }

  /**
   * A page of the person's credit history, newest first.
   *
   * @param wanted `page` counts from 0; one behind the last is the last. `pageSize` is cut to 100 rows.
   */
  async listPage(userId: string, wanted: { page: number; pageSize: number }): Promise<CreditsHistoryPage> {
    const { manager } = this.dataSource;
    const limit = Math.min(Math.max(1, Math.trunc(wanted.pageSize)), HISTORY_PAGE_MAX);
    const read = (page: number) => this.credits.listHistory(manager, userId, { offset: page * limit, limit });
    const asked = Math.max(0, Math.trunc(wanted.page));
    const [rows, count] = await read(asked);
    const pages = Math.max(1, Math.ceil(count / limit));
    if (asked < pages) return { rows, page: asked, pages };
    return { rows: (await read(pages - 1))[0], page: pages - 1, pages };
  }
}
