/**
 * The credit history as it is meant to be, in plain memory: what every operation answers, and the balance after it. The
 * property test holds the database against it.
 */
export class LedgerModel {
  balance = 0;
  private registered = false;
  private readonly orders = new Map<string, number>();
  readonly jobs: { status: 'queued' | 'completed' | 'failed'; credits: number; refunded: boolean }[] = [];
  readonly payments: {
    status: 'pending' | 'completed' | 'canceled';
    credits: number;
    kopecks: number;
    refunds: Map<string, number>;
  }[] = [];
  private readonly causes = new Map<string, number>();

  register(welcome: number): string {
    if (!this.registered) this.balance += welcome;
    const created = !this.registered;
    this.registered = true;
    return `created=${created}`;
  }

  order(key: string, count: number, creditsPerJob: number): string {
    if (this.orders.has(key)) return `created=false jobs=${this.orders.get(key)}`;
    if (this.balance < count * creditsPerJob) return 'NC001';
    this.orders.set(key, count);
    this.balance -= count * creditsPerJob;
    for (let i = 0; i < count; i++)
      this.jobs.push({ status: 'queued', credits: creditsPerJob, refunded: false });
    return `created=true jobs=${count}`;
  }

  finish(index: number, status: 'completed' | 'failed'): string {
    const job = this.jobs[index];
    if (job?.status !== 'queued') return 'nothing';
    job.status = status;
    return status === 'failed' ? this.refund(index) : 'completed';
  }

  refund(index: number): string {
    const job = this.jobs[index];
    if (job?.status !== 'failed') return 'NC004';
    if (job.refunded) return 'refunded=false';
    job.refunded = true;
    this.balance += job.credits;
    return 'refunded=true';
  }

  add(cause: string, amount: number): string {
    const before = this.causes.get(cause);
    if (before !== undefined) return before === amount ? 'added' : 'NC005';
    this.causes.set(cause, amount);
    this.balance += amount;
    return 'added';
  }

  pay(credits: number, kopecks: number): string {
    this.payments.push({ status: 'pending', credits, kopecks, refunds: new Map() });
    return 'pending';
  }

  cancel(index: number): string {
    const payment = this.payments[index];
    if (payment?.status === 'pending') payment.status = 'canceled';
    return 'canceled';
  }

  completePayment(index: number, wrongBy: number): string {
    const payment = this.payments[index];
    if (!payment) return 'payment_not_found';
    if (wrongBy !== 0) return 'wrong_amount';
    if (payment.status === 'completed') return 'already_completed';
    if (payment.status === 'canceled') return 'not_pending';
    payment.status = 'completed';
    this.balance += payment.credits;
    return 'success';
  }

  refundPayment(index: number, refundId: string, kopecks: number): string {
    const payment = this.payments[index];
    if (!payment) return 'payment_not_found';
    const before = payment.refunds.get(refundId);
    if (before !== undefined) return before === kopecks ? 'success' : 'refund_amount_differs';
    if (payment.status !== 'completed') return 'not_completed';
    const sum = [...payment.refunds.values()].reduce((all, part) => all + part, 0);
    if (sum + kopecks > payment.kopecks) return 'exceeds_payment';
    const worth = (refunded: number) => Math.floor((payment.credits * refunded) / payment.kopecks);
    payment.refunds.set(refundId, kopecks);
    this.balance -= Math.min(this.balance, worth(sum + kopecks) - worth(sum));
    return 'success';
  }

  refundByOperator(): string {
    this.balance += 1;
    return 'given';
  }
}
