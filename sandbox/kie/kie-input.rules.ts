import { KIE_TEXTS } from './kie-answers.js';
import type { FieldRule, FieldTable } from './kie-models.data.js';

/** Why KIE refuses an input before it makes a task. */
export interface InputProblem {
  code: number;
  msg: string;
}

/**
 * Checks an input as KIE does before billing. Returns the first problem in the order of the model's fields, or null.
 * KIE reports all of them as code 500: https://docs.kie.ai/market/common/get-task-detail
 */
export function findInputProblem(
  model: FieldTable,
  input: Readonly<Record<string, unknown>>,
): InputProblem | null {
  for (const [name, rule] of Object.entries(model.fields)) {
    const problem = findFieldProblem(name, rule, input[name]);
    if (problem) return problem;
  }
  const [one, other] = model.exclusive ?? [[], []];
  const both =
    one.find((name) => input[name] !== undefined) && other.find((name) => input[name] !== undefined);
  return both ? outOfRange(both) : null;
}

/** The names in an input that the model does not know; KIE is not known to refuse them. */
export function unknownFields(model: FieldTable, input: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(input).filter((name) => !(name in model.fields));
}

/** The links to pictures in an input, in the order of the model's fields. */
export function photoUrls(model: FieldTable, input: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(model.fields)
    .filter(([, rule]) => rule.type === 'url' || rule.type === 'urls')
    .flatMap(([name]) => input[name] ?? [])
    .filter((value): value is string => typeof value === 'string');
}

function findFieldProblem(name: string, rule: FieldRule, value: unknown): InputProblem | null {
  const empty = value === undefined || value === null || value === '';
  const missing = empty || (Array.isArray(value) && value.length === 0 && rule.type === 'urls');
  if (missing) return rule.required ? { code: 500, msg: `${name} is required` } : null;
  if (!hasType(rule, value)) return outOfRange(name);
  if (rule.allowed && !rule.allowed.includes(value as string | number)) return outOfRange(name);
  return findSizeProblem(name, rule, value);
}

function findSizeProblem(name: string, rule: FieldRule, value: unknown): InputProblem | null {
  if (typeof value === 'number') {
    return value < (rule.min ?? -Infinity) || value > (rule.max ?? Infinity) ? outOfRange(name) : null;
  }
  if (typeof value !== 'string' && !Array.isArray(value)) return null;
  // UTF-16 units, the stricter reading of "characters": an emoji is two.
  const size = value.length;
  if (size > (rule.sizeMax ?? Infinity)) {
    return typeof value === 'string' ? { code: 500, msg: KIE_TEXTS.tooLong } : outOfRange(name);
  }
  return size < (rule.sizeMin ?? 0) ? outOfRange(name) : null;
}

function hasType(rule: FieldRule, value: unknown): boolean {
  switch (rule.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'array':
      return Array.isArray(value);
    case 'url':
      return isHttpUrl(value);
    case 'urls':
      return Array.isArray(value) && value.every(isHttpUrl);
  }
}

/** Whether a value is an absolute http or https link. */
export function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  return /^https?:$/.test(new URL(value).protocol);
}

function outOfRange(name: string): InputProblem {
  return { code: 500, msg: `${name} is not within the range of allowed options` };
}
