import { signal } from '@preact/signals';
import { ActionError } from './api.js';

/** A short word that goes away by itself. */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
}

const SHOWN_MS_MIN = 3_000;
const SHOWN_MS_PER_CHARACTER = 50;
const TOASTS_MAX = 4;

/** What is shown now, oldest first. */
export const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Shows a text for as long as it takes to read it. */
export function showToast(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, text, tone }].slice(-TOASTS_MAX);
  setTimeout(() => dismissToast(id), SHOWN_MS_MIN + text.length * SHOWN_MS_PER_CHARACTER);
}

/** Takes a toast away before its time. */
export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Waits for an action, and shows in a toast why it could not be done. Answers whether it was. */
export async function attempt(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    showToast(error instanceof ActionError ? error.message : `That did not work: ${messageOf(error)}`, 'bad');
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
