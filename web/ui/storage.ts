/** What was kept in this browser under that name; null when nothing was, or when the browser keeps nothing. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`neurocards.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a text in this browser, if it lets pages keep anything. */
export function remember(name: string, text: string): void {
  try {
    localStorage.setItem(`neurocards.${name}`, text);
  } catch {
    // A page that may keep nothing works all the same.
  }
}
