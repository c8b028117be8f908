/** The tabs of the panel, in order. */
export const TABS = ['account', 'jobs', 'calls', 'rehearse'] as const;
export type TabName = (typeof TABS)[number];

/** Whether a remembered word names a tab. */
export function isTab(name: string | null): name is TabName {
  return TABS.some((tab) => tab === name);
}

/** The tab to which a key leads; null for keys that mean nothing here. */
export function tabAfterKey(tab: TabName, key: string): TabName | null {
  const at = TABS.indexOf(tab);
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: TABS.length - 1,
  };
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return next === undefined ? null : (TABS.at(next % TABS.length) ?? null);
}
