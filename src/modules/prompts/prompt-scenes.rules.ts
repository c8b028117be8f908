import type { PromptKind, PromptRequest, PromptTemplate } from './prompt.types.js';

type Language = PromptRequest['language'];

/** The look of one video of an order. */
interface Scene {
  /** What the camera sees and does. */
  shot: string;
  /** What a blogger does in it. */
  person: string;
}

/** The videos of the largest order differ: the product itself, in its place, in a mood, close up, from above; then again. */
const SCENES: readonly [Scene, ...Scene[]] = [
  {
    shot:
      'Hero shot. The product stands alone in the middle of the frame before a calm, uncluttered backdrop, with soft light from one ' +
      'side that draws its edges. The camera moves in slowly and comes to rest on the detail that tells most about it.',
    person:
      'They lift the product towards the lens, turn it once in the light, and bring it close enough to show the detail they like most.',
  },
  {
    shot:
      'In its place. The product is where people really use it, with a few simple things around it that fit and daylight from a ' +
      'window. The camera glides sideways past it, something near the lens passes out of focus, and the product stays sharp.',
    person:
      'They are in the place where the product is used, use it as it is meant to be used, and show what comes of it with a small nod.',
  },
  {
    shot:
      'In a mood. Low, warm light and long soft shadows; the air around the product moves a little, as its nature allows: steam, a fold of ' +
      'cloth, a reflection, falling water. The camera goes a quarter of the way around it and ends on a still, beautiful frame.',
    person:
      'It is the quiet end of a day, the light is warm; they sit down with the product beside them, touch it as a thing they ' +
      'have come to like, and smile at the lens for a moment.',
  },
  {
    shot:
      'Close up. The surface and the small details of the product fill the frame; a narrow light slides over them and brings out what it is ' +
      'made of. The camera glides slowly along one edge, the focus wanders to the next detail, and it draws back until the whole product is seen.',
    person:
      'They hold the product close to the lens, run their fingertips over its surface, tilt it so that the light shows what it is made ' +
      'of, and then move it back until all of it is seen.',
  },
  {
    shot:
      'From above. The product lies or stands on a plain, light surface, seen from high up at an angle; the shadow of leaves or of a window frame passes ' +
      'over it and clears. The camera sinks towards it in a gentle curve and ends at its height, with the product in the middle.',
    person:
      'The product has just arrived: it stands before them on a table by the window, they sit down to it, look at it for the first time with honest ' +
      'surprise, take it up carefully, and show it to the lens from its best side.',
  },
];

const KINDS: Readonly<Record<PromptKind, string>> = {
  neurocard:
    'A vertical 9:16 video for the card of a product in an online shop: one continuous take, realistic, clean, with the product ' +
    'readable at first sight even on a small screen.',
  reels:
    'A vertical 9:16 video for a social feed: one continuous take, realistic, lively, with a movement in its first second that ' +
    'makes people stop and look at the product.',
};

const BLOGGER =
  'Filmed on a phone held at arm’s length, in natural light, a little unsteady: a blogger’s honest take and no advertisement. ' +
  'One ordinary, friendly person, plainly dressed.';
const SPEECH: Readonly<Record<Language, string>> = {
  ru: 'They say one short, natural sentence about it in Russian, in an everyday voice; lips and voice agree.',
  en: 'They say one short, natural sentence about it in English, in an everyday voice; lips and voice agree.',
};
const WITHOUT_PEOPLE =
  'Advertising b-roll without people: no faces, no hands, no voices; only the product, light, and the sounds of the place.';

/** What holds for every video, whoever writes its prompt. */
export const FIDELITY =
  'The product is exactly the one in the photo: its shape, proportions, colours, material and printed label stay as they are ' +
  'from the first frame to the last. Add no text, captions, prices, logos, watermarks or other goods.';

/** The sentence that says what kind of video it is. */
export function describeKind(kind: PromptKind): string {
  return KINDS[kind];
}

/**
 * How the video is filmed.
 *
 * @param position of the video in its order, from 1
 */
export function describeScene(template: PromptTemplate, language: Language, position: number): string {
  const scene = SCENES[(Math.max(1, Math.trunc(position) || 1) - 1) % SCENES.length] ?? SCENES[0];
  return template === 'ugc'
    ? `${BLOGGER} ${scene.person} ${SPEECH[language]}`
    : `${WITHOUT_PEOPLE} ${scene.shot}`;
}
