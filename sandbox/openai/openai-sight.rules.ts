import { z } from 'zod';
import type { Colour } from './openai-images.js';
import { IMAGE_CATEGORIES, flagsOfImage } from './openai-moderation.rules.js';
import { isNullable, propertiesOf, type JsonSchema } from './openai-schema.rules.js';

/** What is seen in a picture. */
export const sightSchema = z.strictObject({
  /** The categories in which moderation flags it. */
  flagged: z.array(z.enum(IMAGE_CATEGORIES)).default([]),
  people: z.boolean().default(false),
  /** The brand's name, where one can be read. */
  brand: z.string().min(1).nullable().default(null),
});
export type Sight = z.output<typeof sightSchema>;

/** As a script writes it: what is not said is not there. */
export type ScriptedSight = z.input<typeof sightSchema>;

/** A picture of one pure colour is the fake's sign, as it is for moderation. */
const SIGNS: readonly (readonly [Colour, Pick<Sight, 'people' | 'brand'>])[] = [
  [
    { r: 0, g: 255, b: 0 },
    { people: true, brand: null },
  ],
  [
    { r: 0, g: 0, b: 255 },
    { people: false, brand: 'Acme' },
  ],
  [
    { r: 0, g: 255, b: 255 },
    { people: true, brand: 'Acme' },
  ],
];
const COLOUR_TOLERANCE = 8;

/** What there is to see in pictures of these average colours, all together: pure green holds people, pure blue a brand, cyan both. */
export function seeColours(colours: readonly Colour[]): Sight {
  const seen = colours.flatMap((colour) =>
    SIGNS.filter(([sign]) => isNear(sign, colour)).map(([, what]) => what),
  );
  return {
    flagged: colours.flatMap(flagsOfImage),
    people: seen.some(({ people }) => people),
    brand: seen.find(({ brand }) => brand !== null)?.brand ?? null,
  };
}

/** A valid answer in which the properties that ask about people and brands say what is seen. */
export function answerWithSight(answer: unknown, schema: JsonSchema, sight: Sight): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  const properties = propertiesOf(schema);
  const entries = Object.entries(answer).map(([name, value]: [string, unknown]) => {
    if (/people|person|human/i.test(name) && typeof value === 'boolean') return [name, sight.people] as const;
    return [name, /brand|logo/i.test(name) ? brandAs(value, properties[name], sight.brand) : value] as const;
  });
  return Object.fromEntries(entries);
}

function brandAs(value: unknown, schema: JsonSchema | undefined, brand: string | null): unknown {
  if (typeof value === 'boolean') return brand !== null;
  if (Array.isArray(value)) return brand === null ? [] : [brand];
  return schema && isNullable(schema) ? brand : (brand ?? '');
}

function isNear(sign: Colour, colour: Colour): boolean {
  return (['r', 'g', 'b'] as const).every((part) => Math.abs(sign[part] - colour[part]) <= COLOUR_TOLERANCE);
}
