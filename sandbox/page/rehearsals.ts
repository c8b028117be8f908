import { SandboxError } from '../errors.js';
import type { OutsideWorld } from '../outside-world.js';
import type { Rehearsal } from './protocol.js';
import { REHEARSALS } from './rehearsals.data.js';
import type { Trouble } from './trouble.js';

/** What was made to go wrong, and what was not. */
export class Rehearsals {
  private readonly troubles = new Map<string, Trouble>();
  private told = '[]';

  constructor(private readonly world: OutsideWorld) {}

  /** All of them, as they are now. */
  list(): Rehearsal[] {
    return REHEARSALS.map(({ begin: _begin, ...rehearsal }) => ({
      ...rehearsal,
      isOn: this.troubles.get(rehearsal.id)?.isOn() ?? false,
    }));
  }

  /** Switches one on or off; what is so already stays so. Throws SandboxError for an unknown one. */
  set(id: string, isOn: boolean): void {
    const plan = REHEARSALS.find((one) => one.id === id);
    if (!plan) throw new SandboxError(`There is no rehearsal "${id}".`);
    const trouble = this.troubles.get(id);
    if (isOn === (trouble?.isOn() ?? false)) return;
    if (isOn) this.troubles.set(id, plan.begin(this.world));
    else {
      trouble?.end();
      this.troubles.delete(id);
    }
  }

  /** Switches everything off. */
  endAll(): void {
    for (const id of [...this.troubles.keys()]) this.set(id, false);
  }

  /** The list when it is another one than this said last, else null. */
  takeChange(): Rehearsal[] | null {
    const list = this.list();
    const on = JSON.stringify(list.filter(({ isOn }) => isOn).map(({ id }) => id));
    if (on === this.told) return null;
    this.told = on;
    return list;
  }
}
