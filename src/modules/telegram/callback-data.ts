import { z } from 'zod';

const step = z.enum([
  ...(['kind', 'photo', 'photo_advice', 'description', 'template', 'wishes'] as const),
  ...(['prompt', 'prompt_check', 'model', 'count', 'confirm'] as const),
]);
/** The number of a page, the first being 0. */
const page = z.string().regex(/^\d{1,4}$/);
/** A whole number of credits. */
const credits = z.string().regex(/^\d{1,9}$/);
/** The id of a plan, short enough for a button. */
export const planIdSchema = z.string().regex(/^[a-z0-9_]{1,24}$/);

/** What only operators are shown; from anybody else it is an unknown button. Whoever acts on one checks who has tapped. */
const OPERATORS = {
  /** Today's figures. */
  op_figures: z.tuple([]),
  /** A person, their credits, a video; the argument is our id. */
  op_user: z.tuple([z.guid()]),
  op_statement: z.tuple([z.guid()]),
  op_job: z.tuple([z.guid()]),
  /** Begins a wish about a person, a video or a broadcast; the second argument is our id of it. */
  op_ask: z.tuple([
    z.enum(['grant', 'ban', 'unban', 'job_fail', 'job_send', 'job_make', 'bc_stop', 'bc_go_on']),
    z.guid(),
  ]),
  /** Begins the wish to turn a switch. */
  op_switch: z.tuple([z.enum(['maintenance', 'orders_stopped']), z.enum(['on', 'off'])]),
  /** How the broadcast gets on. */
  op_broadcast: z.tuple([]),
  op_broadcast_new: z.tuple([]),
  /** Whom a broadcast goes to. */
  op_who: z.tuple([z.enum(['everybody', 'ordered', 'never_ordered', 'bought'])]),
  op_language: z.tuple([z.enum(['any', 'ru', 'en'])]),
  /** A button for its message. */
  op_button: z.tuple([]),
  /** The audience is the right one. */
  op_chosen: z.tuple([]),
  /** Does what the screen says; the argument is the key of the wish. */
  op_confirm: z.tuple([z.guid()]),
  /** Gives the wish up. */
  op_drop: z.tuple([]),
} as const;

/**
 * Every button that comes back to us, and what it carries. Buttons outlive deploys by months: a changed meaning gets a new
 * kind, and a kind that is gone simply decodes to null.
 */
const ARGUMENTS = {
  /** To the menu. */
  menu: z.tuple([]),
  /** How the bot works. */
  help: z.tuple([]),
  /** Begin a new video. */
  create: z.tuple([]),
  /** Go on with the draft. */
  resume: z.tuple([]),
  /** One step back from the named step. */
  back: z.tuple([step]),
  /** On from the named step, keeping what was entered there. */
  next: z.tuple([step]),
  kind: z.tuple([z.enum(['neurocard', 'reels'])]),
  template: z.tuple([z.enum(['ugc', 'ad', 'self'])]),
  /** The photo as it is, whatever was advised. */
  use_photo: z.tuple([]),
  /** No wishes. */
  skip: z.tuple([]),
  /** Write the own prompt anew. */
  edit_prompt: z.tuple([]),
  /** The video model; the argument is its slug. */
  model: z.tuple([z.string().regex(/^[\w./-]{1,48}$/)]),
  /** How many videos. */
  count: z.tuple([z.enum(['1', '3', '5'])]),
  /** Start the order; the arguments are the draft's id and the price that the screen named. */
  confirm: z.tuple([z.guid(), credits]),
  /** The same product again; the argument is the job's id, whose owner must still be checked. */
  another: z.tuple([z.guid()]),
  /** The same video once more, made anew; the argument is the job's id, whose owner must still be checked. */
  variant: z.tuple([z.guid()]),
  /** Give up the videos of an order that are not in the making yet; the argument is the order's id, whose owner must still be checked. */
  cancel: z.tuple([z.guid()]),
  /** The person's videos. */
  videos: z.tuple([page]),
  /** One of them: how it gets on, or the video itself; the argument is the job's id, whose owner must still be checked. */
  video: z.tuple([z.guid()]),
  /** Balance, videos in the making, settings. */
  cabinet: z.tuple([]),
  /** Every movement of credits. */
  statement: z.tuple([page]),
  /** Choose the language. */
  languages: z.tuple([]),
  language: z.tuple([z.enum(['ru', 'en'])]),
  /** Agree to terms and privacy. */
  agree: z.tuple([]),
  /** Delete everything about the person; the argument is the balance that the first screen named. */
  delete: z.tuple([credits]),
  /** The same, said twice; the argument is the balance that the last screen named. */
  erase: z.tuple([credits]),
  /** What can be bought. */
  plans: z.tuple([]),
  /** How to pay for the plan, where there are two ways. */
  plan: z.tuple([planIdSchema]),
  /** Buy the plan, paying this way. */
  buy: z.tuple([z.enum(['yookassa', 'telegram_stars']), planIdSchema]),
  /** "I have paid"; the argument is the payment's id, whose owner must still be checked. */
  paid: z.tuple([z.guid()]),
  /** Another e-mail for the receipt of this plan. */
  email: z.tuple([planIdSchema]),
  ...OPERATORS,
} as const;

/** Bumped when the meaning of all data changes at once; data of another version is not ours. */
const VERSION = '1';
const SEPARATOR = ':';

/** 1 to 64 bytes of UTF-8: https://core.telegram.org/bots/api#inlinekeyboardbutton. */
export const CALLBACK_DATA_BYTES_MAX = 64;

export type CallbackKind = keyof typeof ARGUMENTS;
export type CallbackArguments = { [K in CallbackKind]: z.output<(typeof ARGUMENTS)[K]> };
/** A decoded button: `{ kind: 'back', args: ['photo'] }`. */
export type Callback = { [K in CallbackKind]: { kind: K; args: CallbackArguments[K] } }[CallbackKind];

/** Every kind of button there is, for tests that must press each. */
export const CALLBACK_KINDS = Object.keys(ARGUMENTS) as CallbackKind[];
/** Those of them that only operators are shown. */
export const OPERATOR_CALLBACK_KINDS = Object.keys(OPERATORS) as CallbackKind[];

/**
 * What a button carries.
 *
 * @throws RangeError when it would not fit into Telegram's 64 bytes, which is a bug of the caller.
 */
export function encodeCallback<K extends CallbackKind>(kind: K, ...args: CallbackArguments[K]): string {
  const data = [VERSION, kind, ...args].join(SEPARATOR);
  const bytes = Buffer.byteLength(data);
  if (bytes > CALLBACK_DATA_BYTES_MAX) throw new RangeError(`Callback data "${kind}" takes ${bytes} bytes`);
  return data;
}

/** Reads what a tap brought. Anybody can send anything here: whatever is not exactly ours is null, never an error. */
export function decodeCallback(data: unknown): Callback | null {
  if (typeof data !== 'string' || Buffer.byteLength(data) > CALLBACK_DATA_BYTES_MAX) return null;
  const [version, kind, ...args] = data.split(SEPARATOR);
  if (version !== VERSION || kind === undefined || !Object.hasOwn(ARGUMENTS, kind)) return null;
  const parsed = ARGUMENTS[kind as CallbackKind].safeParse(args);
  return parsed.success ? ({ kind, args: parsed.data } as Callback) : null;
}
