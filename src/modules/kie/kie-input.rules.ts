import type { InputField, InputForm } from './kie-input-form.rules.js';
import { KieInputError } from './kie.errors.js';

/** The fields of a request as they are sent. */
export type KieInput = Record<string, string | number | boolean | string[]>;

/** What a request is made of. */
export interface KieInputSource {
  prompt: string;
  /** A URL that KIE can read, as its upload returned it. */
  photoUrl: string;
}

/**
 * The fields of a request to a model.
 *
 * @throws KieInputError when the prompt is shorter or longer than the model takes (cut it first), or the photo's URL is none
 *   of http or https: KIE would refuse it.
 */
export function buildInput(form: InputForm, source: KieInputSource): KieInput {
  const length = source.prompt.length;
  if (source.prompt.trim().length < form.promptMinLength || length > form.promptMaxLength) {
    const bounds = `${form.promptMinLength} to ${form.promptMaxLength}`;
    throw new KieInputError(`The prompt has ${length} characters and ${form.id} takes ${bounds}`);
  }
  // Without the URL itself: whoever has it can see the photo.
  if (!isHttpUrl(source.photoUrl)) throw new KieInputError(`The photo for ${form.id} has no http(s) URL`);
  return Object.fromEntries(form.input.map((field) => [field.name, valueOf(field, source)]));
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function valueOf(field: InputField, source: KieInputSource): KieInput[string] {
  switch (field.kind) {
    case 'prompt':
      return source.prompt;
    case 'photo_url':
      return source.photoUrl;
    case 'photo_url_list':
      return [source.photoUrl];
    case 'choice':
    case 'integer':
    case 'boolean':
      return field.value;
  }
}
