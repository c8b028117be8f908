/** One field of a request, of exactly the type that KIE checks: a wrong one costs a refusal. */
export type InputField =
  | { readonly name: string; readonly kind: 'prompt' | 'photo_url' | 'photo_url_list' }
  /** The same in every request; what else its page allows is here for a test to compare. */
  | {
      readonly name: string;
      readonly kind: 'choice';
      readonly value: string | number;
      readonly allowed: readonly (string | number)[];
    }
  | {
      readonly name: string;
      readonly kind: 'integer';
      readonly value: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly name: string; readonly kind: 'boolean'; readonly value: boolean };

/** What a model wants to be told. */
export interface InputForm {
  /** The slug. */
  readonly id: string;
  readonly input: readonly InputField[];
  readonly promptMinLength: number;
  /** In UTF-16 units, which is never more than KIE's characters. */
  readonly promptMaxLength: number;
}

/** The field for our words; all models call it so. */
export const PROMPT: InputField = { name: 'prompt', kind: 'prompt' };

/** A field for the photo's URL. */
export function photoUrl(name: string): InputField {
  return { name, kind: 'photo_url' };
}

/** A field for a list of photos, of which we have one. */
export function photoUrlList(name: string): InputField {
  return { name, kind: 'photo_url_list' };
}

/** A field with one of several values; the compiler takes no other, nor a number for a numeral. */
export function choice<const T extends string | number>(
  name: string,
  allowed: readonly T[],
  value: NoInfer<T>,
): InputField {
  return { name, kind: 'choice', value, allowed };
}

/** A field with a whole number from `min` to `max`. */
export function integer(name: string, bounds: { min: number; max: number }, value: number): InputField {
  return { name, kind: 'integer', value, ...bounds };
}

/** A field that is true or false. */
export function boolean(name: string, value: boolean): InputField {
  return { name, kind: 'boolean', value };
}
