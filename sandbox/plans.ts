/** What is planned for calls and events that are yet to come. A plan is known by the very object that it was planned with. */
export interface Plans {
  /** Whether it still waits, wholly or in part. */
  isPlanned(plan: object): boolean;
  /** Forgets it; what has happened has happened. */
  unplan(plan: object): void;
}

/** Plans that wait for their turn, oldest first. */
export class PlanList<T extends object> implements Plans {
  private readonly plans: T[] = [];

  /** Adds one at the end. */
  add(plan: T): void {
    this.plans.push(plan);
  }

  /** Takes the first that is meant. */
  take(isMeant: (plan: T) => boolean): T | undefined {
    const index = this.plans.findIndex(isMeant);
    return index < 0 ? undefined : this.plans.splice(index, 1)[0];
  }

  isPlanned(plan: object): boolean {
    return this.plans.includes(plan as T);
  }

  unplan(plan: object): void {
    this.take((one) => one === plan);
  }

  /** Forgets all. */
  clear(): void {
    this.plans.length = 0;
  }
}

/** Several lists as one. */
export function joinPlans(...lists: readonly Plans[]): Plans {
  return {
    isPlanned: (plan) => lists.some((list) => list.isPlanned(plan)),
    unplan: (plan) => lists.forEach((list) => list.unplan(plan)),
  };
}
