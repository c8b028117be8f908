/** What was kept under a name in this browser; null when nothing was, or nothing may be. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`neurocards.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a word in this browser, where that is allowed. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`neurocards.${name}`, value);
  } catch {
    // A browser that keeps nothing shows the first tab next time.
  }
}
