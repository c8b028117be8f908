import { personUser } from '../api-json.js';
import { PeopleError } from '../errors.js';
import type { Invoice, Person, StoredMessage } from '../model.js';
import type { World } from '../world.js';
import type { CheckoutAnswer } from './checkouts.js';
import { refundPayment, takePayment } from './payment-messages.js';

const QUERY_LIFETIME_MS = 150_000;
/** How long the bot has for its answer (https://core.telegram.org/bots/api#answerprecheckoutquery). */
const ANSWER_MS = 10_000;
const PAYMENTS_MAX = 50_000;

/** What became of an attempt to pay: money moved only with `paid`. */
export type PaymentOutcome =
  { kind: 'paid'; chargeId: string } | { kind: 'refused'; errorMessage: string } | { kind: 'unanswered' };

/** An attempt to pay that waits for the bot's answer. */
export interface PaymentHandle {
  /** The id of the pre-checkout query. */
  id: string;
  /** Always resolves: the person does not wait for ever. */
  outcome(): Promise<PaymentOutcome>;
}

/** What a pre-checkout query says, here as a forged client might word it. */
export interface CheckoutFacts {
  invoicePayload: string;
  totalAmount: number;
  currency?: string;
}

/** People who pay for invoices, as their Telegram apps would. An invoice may be paid any number of times. */
export class Buyers {
  private readonly payments = new Map<string, Promise<PaymentOutcome>>();
  private lastQueryId = BigInt(Date.now()) * 1_000_000n;

  constructor(private readonly world: World) {}

  /** Presses the pay button of an invoice in somebody's chat. Throws PeopleError when there is none that the payer could press. */
  payMessage(payerId: number, ownerId: number, messageId: number): PaymentHandle {
    this.world.person(ownerId);
    // A copy that was passed on outlives the message, and has no pay button when the invoice has a start parameter
    // (https://core.telegram.org/bots/api#sendinvoice).
    const isCopy = payerId !== ownerId;
    const messages = this.world.chats.list(ownerId).filter(({ deleted }) => isCopy || !deleted);
    const invoice = invoiceOf(messages.find((message) => message.messageId === messageId));
    if (!invoice) throw new PeopleError(`Person ${ownerId} sees no invoice ${messageId}`);
    if (isCopy && invoice.startParameter !== '') {
      throw new PeopleError(`A copy of invoice ${messageId} leads to the bot instead of a payment`);
    }
    return this.pay(payerId, invoice);
  }

  /** Opens a link of `createInvoiceLink` and pays. Throws PeopleError for a link that leads nowhere. */
  payLink(payerId: number, link: string): PaymentHandle {
    const invoice = this.world.invoiceLinks.get(link);
    if (!invoice) throw new PeopleError(`There is no invoice behind ${link}`);
    return this.pay(payerId, invoice);
  }

  /** Asks the bot with made-up facts, and never pays. Throws PeopleError for somebody who cannot act now. */
  preCheckout(personId: number, facts: CheckoutFacts): Promise<CheckoutAnswer> {
    const person = this.world.activePerson(personId);
    const id = this.nextQueryId();
    return new Promise((resolve) => this.ask({ id, person, facts, onEnd: resolve }));
  }

  /** What became of an attempt to pay. Throws PeopleError for an unknown one. */
  outcomeOf(queryId: string): Promise<PaymentOutcome> {
    const outcome = this.payments.get(queryId);
    if (!outcome) throw new PeopleError(`There is no payment ${queryId}`);
    return outcome;
  }

  /** Telegram's support gives the money of a charge back. Throws PeopleError when there is none or no more. */
  refundCharge(chargeId: string): void {
    const charge = this.world.stars.find(chargeId);
    if (!charge) throw new PeopleError(`There is no charge ${chargeId}`);
    const outcome = refundPayment(this.world, charge);
    if (outcome === 'already_refunded') throw new PeopleError(`Charge ${chargeId} is refunded already`);
  }

  private pay(personId: number, { amountStars, payload }: Invoice): PaymentHandle {
    const person = this.world.activePerson(personId);
    const id = this.nextQueryId();
    const outcome = new Promise<PaymentOutcome>((resolve) => {
      const facts = { invoicePayload: payload, totalAmount: amountStars };
      const onEnd = (answer: CheckoutAnswer) => {
        if (answer.kind !== 'approved') return resolve(answer);
        const { chargeId } = takePayment(this.world, { personId, amountStars, payload });
        return resolve({ kind: 'paid', chargeId });
      };
      this.ask({ id, person, facts, onEnd });
    });
    this.payments.set(id, outcome);
    if (this.payments.size > PAYMENTS_MAX) this.payments.delete(this.payments.keys().next().value ?? '');
    return { id, outcome: () => outcome };
  }

  private ask(query: {
    id: string;
    person: Person;
    facts: CheckoutFacts;
    onEnd: (answer: CheckoutAnswer) => void;
  }): void {
    const { id, person, facts, onEnd } = query;
    this.world.checkouts.open(id, this.world.limitRealMs(ANSWER_MS), onEnd);
    this.world.updates.push({
      type: 'pre_checkout_query',
      body: {
        id,
        from: personUser(person),
        currency: facts.currency ?? 'XTR',
        total_amount: facts.totalAmount,
        invoice_payload: facts.invoicePayload,
      },
      queueKey: `pre_checkout:${person.id}`,
      lifetimeRealMs: this.world.limitRealMs(QUERY_LIFETIME_MS),
    });
  }

  private nextQueryId(): string {
    this.lastQueryId += 1n;
    return String(this.lastQueryId);
  }
}

function invoiceOf(message: StoredMessage | undefined): Invoice | undefined {
  return message?.content.kind === 'invoice' ? message.content.invoice : undefined;
}
