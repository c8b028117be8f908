import type { Language } from '../../../src/modules/telegram/light.js';
import type { Stage } from '../stage.js';

/** Who is on stage. */
export interface Cast {
  firstName: string;
  languageCode: Language;
}

/** One story of the product, played by a person in the chat and checked from the outside. */
export interface Story {
  name: string;
  /** What the audience is told. */
  title: string;
  cast: Cast;
  /** It changes what everybody meets: a provider, the queues, the application itself. Nothing else is played meanwhile. */
  alone?: true;
  /**
   * Nobody may kill a process meanwhile: it ends and starts the application itself, takes the time, counts how often somebody is
   * asked, goes by which of two ways is faster, or by a refusal that a kill would swallow: then nobody knows that it was one.
   */
  undisturbed?: true;
  /** It waits for a deadline, so it begins first. */
  long?: true;
  play(stage: Stage): Promise<void>;
}
