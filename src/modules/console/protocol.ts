/** What the console's API says to its page: types only, so that the page may know them. Times are ISO 8601 in UTC. */

/** Who is logged in, and what the whole page has to know. */
export interface SessionView {
  operator: string;
  expiresAt: string;
  /** Of all times that are shown. */
  timeZone: string;
  appEnv: 'sandbox' | 'staging' | 'production';
}
