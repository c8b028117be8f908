import type { ReportClaim } from './reconciliation-reports.repository.js';
import type { TheirSide } from './three-way.types.js';

/** One attempt at a report, as those see it who read and repair. */
export interface ReconciliationRun {
  claim: ReportClaim;
  /**
   * To be called before every request: keeps the report ours while it takes its time.
   *
   * @throws ReconciliationStoppedError, ReconciliationTakenOverError
   */
  step(): Promise<void>;
}

/** What a provider has, after our rows were brought up to it. */
export interface ProviderReading {
  theirs: TheirSide;
  /** Rows of ours that the lists brought further. */
  repaired: number;
  /** Where its list goes on next time; 0 where it is read by time. */
  nextOffset: number;
}
