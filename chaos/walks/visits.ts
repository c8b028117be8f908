import {
  CALLBACK_KINDS,
  OPERATOR_CALLBACK_KINDS,
  type CallbackKind,
} from '../../src/modules/telegram/light.js';
import { SCREEN_NAMES, type ScreenName } from './screens.js';

/** So often a run must have been everywhere. */
export const VISITS_MIN = { screen: 20, button: 5 } as const;
/** From so many steps on that is asked for. */
export const STEPS_FOR_VISITS_MIN = 5_000;
/** What is no place to get to: it is shown when something broke. */
const NO_PLACES: readonly ScreenName[] = ['apology'];

/** How often each screen was shown, and each kind of button pressed. */
export class Visits {
  readonly screens = Object.fromEntries(SCREEN_NAMES.map((name) => [name, 0])) as Record<ScreenName, number>;
  readonly buttons = Object.fromEntries(CALLBACK_KINDS.map((kind) => [kind, 0])) as Record<
    CallbackKind,
    number
  >;

  /** How far the screen is behind what it should have at this share of the run, as a part of that; 0 where it is not. */
  lackOf(screen: ScreenName, share: number): number {
    return lack(this.screens[screen], VISITS_MIN.screen, share);
  }

  /** The same for a kind of button. */
  lackOfButton(kind: CallbackKind, share: number): number {
    return lack(this.buttons[kind], VISITS_MIN.button, share);
  }
}

/** The pace is above what is asked for, so that the end of a run is no hunt for the last visits. */
const AHEAD = 2;

function lack(count: number, min: number, share: number): number {
  const wanted = min * (share < 1 ? AHEAD * share : 1);
  return wanted === 0 ? 0 : Math.max(0, (wanted - count) / wanted);
}

/** How often each screen was shown and each kind of button pressed, by their names. */
interface VisitCounts {
  screens: Readonly<Record<string, number>>;
  buttons: Readonly<Record<string, number>>;
}

const isOfOperators = (kind: string) => (OPERATOR_CALLBACK_KINDS as readonly string[]).includes(kind);

/** The screens and kinds of buttons that were seen less often than they must, with how often. */
export function findMissing({ screens, buttons }: VisitCounts): {
  screens: [string, number][];
  buttons: [string, number][];
} {
  const isPlace = (name: string) => !(NO_PLACES as readonly string[]).includes(name);
  return {
    screens: Object.entries(screens).filter(([name, count]) => count < VISITS_MIN.screen && isPlace(name)),
    buttons: Object.entries(buttons).filter(
      ([kind, count]) => count < VISITS_MIN.button && !isOfOperators(kind),
    ),
  };
}

/** The operators' buttons that were pressed, with how often: nobody who walks here is an operator, and none may be shown one. */
export function findForbidden({ buttons }: Pick<VisitCounts, 'buttons'>): [string, number][] {
  return Object.entries(buttons).filter(([kind, count]) => count > 0 && isOfOperators(kind));
}
