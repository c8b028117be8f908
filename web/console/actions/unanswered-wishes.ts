/** What is asked of the console's API, and what stood in the form that asked for it. */
export interface Wish {
  action: string;
  subject: string;
  /** By which the API does it once, however often it is asked. */
  key: string;
  reason: string;
  /** As it was written beside the reason; empty where there is no such field. */
  field: string;
  /** What the field means, such as `credits`. */
  values: object;
}

const NAME = 'neurocards.unanswered-wishes';
/** In the order in which they were asked, by what is done to what. */
const wishes = new Map<string, Wish>(recall());

/** The wish of which it is not known whether it was done; undefined without one. */
export function findUnanswered({ action, subject }: Pick<Wish, 'action' | 'subject'>): Wish | undefined {
  return wishes.get(`${action} ${subject}`);
}

/** Keeps a wish in this tab, over loads of the page, until its answer is known. */
export function keepUnanswered(wish: Wish): void {
  wishes.set(`${wish.action} ${wish.subject}`, wish);
  remember();
}

export function forgetUnanswered({ action, subject }: Wish): void {
  wishes.delete(`${action} ${subject}`);
  remember();
}

function recall(): [string, Wish][] {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? '[]') as [string, Wish][];
  } catch {
    return [];
  }
}

function remember(): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify([...wishes]));
  } catch {
    // A page that may keep nothing has them until it is loaded anew.
  }
}
