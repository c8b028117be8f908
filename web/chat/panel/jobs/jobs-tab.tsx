import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Account, QueueCounts } from '../../../../sandbox/page/protocol.js';
import { Empty } from '../ui/empty.js';
import { useNow } from '../ui/use-now.js';
import { JobCard } from './job-card.js';
import './jobs.css';
import { countOfOrder, isInFlight, withNewJobs } from './job-steps.rules.js';
import { Queues } from './queues.js';

/** Which jobs stand open; kept while another tab is looked at. */
const openJobs = signal<ReadonlyMap<string, boolean>>(new Map());

/** The queues, and each video of the person with its way through them. */
export function JobsTab({ account, queues }: { account: Account | null; queues: readonly QueueCounts[] }) {
  const jobs = account?.jobs ?? [];
  const nowMs = useNow(jobs.some(isInFlight));
  useEffect(() => {
    openJobs.value = withNewJobs(openJobs.value, jobs);
  }, [jobs]);
  const toggle = (id: string) => {
    openJobs.value = new Map([...openJobs.value, [id, !openJobs.value.get(id)]]);
  };
  return (
    <>
      <Queues queues={queues} />
      <section aria-labelledby="panel-videos">
        <h3 id="panel-videos">Videos</h3>
        {jobs.length === 0 && <NoJobs account={account} />}
        <ul class="panel-list panel-jobs">
          {jobs.map((job) => (
            <li key={job.id}>
              <JobCard
                job={job}
                count={countOfOrder(jobs, job)}
                ledger={account?.ledger ?? []}
                nowMs={nowMs}
                isOpen={openJobs.value.get(job.id) ?? false}
                onToggle={() => toggle(job.id)}
              />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function NoJobs({ account }: { account: Account | null }) {
  if (!account?.registered)
    return <Empty>They have not agreed to the terms yet, so nothing is ordered.</Empty>;
  return <Empty>No video is ordered yet. Order one in the chat and watch it being made here.</Empty>;
}
