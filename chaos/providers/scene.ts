import type { Stage } from '../../sandbox/demo/stage.js';
import type { FaultRoute, TaskScript, WireFault } from '../../sandbox/kie/index.js';
import type { OpenAiFault, FakeOpenAi } from '../../sandbox/openai/index.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { Plans } from '../../sandbox/plans.js';
import type { Fault } from '../../sandbox/telegram/index.js';
import type {
  NotificationScript,
  PaymentScript,
  RefundScript,
  YooFault,
  YooRoute,
} from '../../sandbox/yookassa/index.js';

/** More calls than anybody makes. */
export const ALWAYS = { times: 1_000_000 } as const;

/** Where one customer meets their fault: what is told to the fakes here is meant for this customer only, unless it says otherwise. */
export class Scene {
  /** Payments of which a notification is lost on purpose, YooKassa's ids. */
  readonly unnoticed: string[] = [];
  private readonly planned: { plans: Plans; plan: { times?: number } }[] = [];

  constructor(
    readonly stage: Stage,
    /** The second provider of prompts. */
    readonly fallback: FakeOpenAi,
  ) {}

  get world(): OutsideWorld {
    return this.stage.world;
  }

  get personId(): number {
    return this.stage.person.id;
  }

  /** Where the receipt goes: a bill is known by it before it has an id. */
  get email(): string {
    return `customer-${this.personId}@example.com`;
  }

  /** @param includes what the call's address or body holds; null: any call. */
  kie(route: FaultRoute, fault: WireFault, includes: string | null = this.stage.mark): void {
    const plan = { ...fault, ...whenIncludes(includes) };
    this.note(this.world.kie.plans, plan);
    this.world.kie.failNext(route, plan);
  }

  task(script: TaskScript): void {
    const plan = { ...script, when: { promptIncludes: this.stage.mark } };
    this.note(this.world.kie.plans, plan);
    this.world.kie.nextTask(plan);
  }

  telegram(method: string, fault: Fault): void {
    const plan = { ...fault, chatId: this.personId };
    this.note(this.world.telegram.plans, plan);
    this.world.telegram.failNext(method, plan);
  }

  /** @param includes what the call's body holds; null: any call. */
  openAi(fault: OpenAiFault, includes: string | null = this.stage.mark): void {
    this.planPrompt(this.world.openAi, fault, includes);
  }

  fallbackFails(fault: OpenAiFault, includes: string | null = this.stage.mark): void {
    this.planPrompt(this.fallback, fault, includes);
  }

  yooKassa(route: YooRoute, fault: YooFault, includes: string = this.email): void {
    const plan = { ...fault, ...whenIncludes(includes) };
    this.note(this.world.yooKassa.plans, plan);
    this.world.yooKassa.failNext(route, plan);
  }

  payment(script: PaymentScript): void {
    const plan = { ...script, when: { includes: this.email } };
    this.note(this.world.yooKassa.plans, plan);
    this.world.yooKassa.nextPayment(plan);
  }

  /** @param paymentId YooKassa's. */
  notification(script: NotificationScript, paymentId: string): void {
    if (script.drop) this.unnoticed.push(paymentId);
    const plan = { ...script, when: { includes: paymentId } };
    this.note(this.world.yooKassa.plans, plan);
    this.world.yooKassa.nextNotification(plan);
  }

  refund(script: RefundScript, paymentId: string): void {
    const plan = { ...script, when: { paymentId } };
    this.note(this.world.yooKassa.plans, plan);
    this.world.yooKassa.nextRefund(plan);
  }

  /** Whether everything that was to go wrong a few times did. What goes wrong always is known by what came of it. */
  get isMet(): boolean {
    return this.planned.every(({ plans, plan }) => plan.times === ALWAYS.times || !plans.isPlanned(plan));
  }

  /** Nothing goes wrong any more. */
  unplan(): void {
    for (const { plans, plan } of this.planned) plans.unplan(plan);
  }

  private planPrompt(openAi: FakeOpenAi, fault: OpenAiFault, includes: string | null): void {
    const plan = { ...fault, ...whenIncludes(includes) };
    this.note(openAi.plans, plan);
    openAi.failNext(plan);
  }

  private note(plans: Plans, plan: object): void {
    this.planned.push({ plans, plan });
  }
}

function whenIncludes(includes: string | null): { when?: { includes: string } } {
  return includes === null ? {} : { when: { includes } };
}
