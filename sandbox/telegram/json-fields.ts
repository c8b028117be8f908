import { badRequest, BotApiError } from './errors.js';

/** A JSON object whose fields are read with the real server's checks and texts (td/utils/JsonBuilder.cpp). */
export class JsonFields {
  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  /** Throws `problem` as a 400 unless the value is an object. */
  static of(value: unknown, problem: string): JsonFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest(problem);
    return new JsonFields(value as Record<string, unknown>);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.fields, name);
  }

  raw(name: string): unknown {
    return this.fields[name];
  }

  text(name: string): string {
    const value = this.fields[name];
    if (value === undefined) return '';
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw badRequest(`Field "${name}" must be of type String`);
    return value;
  }

  requiredText(name: string): string {
    if (!this.has(name)) throw badRequest(`Can't find field "${name}"`);
    return this.text(name);
  }

  integer(name: string, fallback = 0): number {
    const value = this.fields[name];
    if (value === undefined) return fallback;
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw badRequest(`Field "${name}" must be a Number`);
    }
    if (!/^-?\d+$/.test(String(value))) throw badRequest(`Field "${name}" must be a valid Number`);
    return Number(value);
  }

  flag(name: string): boolean {
    const value = this.fields[name];
    if (value === undefined) return false;
    if (typeof value !== 'boolean') throw badRequest(`Field "${name}" must be of type Boolean`);
    return value;
  }

  array(name: string): unknown[] {
    const value = this.fields[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw badRequest(`Field "${name}" must be of type Array`);
    return value as unknown[];
  }

  object(name: string): JsonFields {
    return JsonFields.of(this.fields[name], `Field "${name}" must be of type Object`);
  }
}

/** Runs `read` and puts `prefix` before the text of its refusal: `can't parse inline keyboard button: …`. */
export function withPrefix<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BotApiError)) throw error;
    throw badRequest(`${prefix}: ${error.innerText}`);
  }
}
