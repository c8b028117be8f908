import type { JobRow } from '../../../src/modules/console/protocol.js';
import { WORDS } from '../../ui/words/words.data.js';
import { plain } from '../../ui/words/words.rules.js';
import { route } from '../state/route.js';
import { List } from '../ui/list.js';
import { IdLink, JobStatus, Person, When, type Column } from '../ui/parts.js';
import { choicesOf, SearchForm } from '../ui/search-form.js';

/** The columns of every list of jobs. */
export const JOB_COLUMNS: readonly Column<JobRow>[] = [
  { title: 'Ordered', cell: ({ createdAt }) => <When at={createdAt} /> },
  { title: 'Job', cell: ({ id }) => <IdLink to="jobs" id={id} /> },
  { title: 'Person', cell: ({ person }) => <Person person={person} /> },
  { title: 'Status', cell: (job) => <JobStatus status={job.status} reason={job.failureReason} /> },
  { title: 'Step', look: 'wide', cell: ({ step }) => plain('step', step) },
  { title: 'Model', look: 'wide', cell: ({ model }) => model ?? '–' },
  { title: 'Credits', look: 'wide number', cell: ({ credits }) => credits },
];

/** Jobs, newest first. */
export function Jobs() {
  return (
    <>
      <h1>Jobs</h1>
      <SearchForm
        path="jobs"
        fields={[
          {
            name: 'text',
            label: 'Search',
            type: 'search',
            hint: "Job id, KIE's task id, Telegram id, @username, name",
          },
          { name: 'status', label: 'Status', options: choicesOf(WORDS.jobStatus) },
          { name: 'step', label: 'Step', options: choicesOf(WORDS.step) },
          {
            name: 'reason',
            label: 'Failed because',
            options: Object.keys(WORDS.failure).map((value) => ({
              value,
              label: value.replaceAll('_', ' '),
            })),
          },
          {
            name: 'only',
            label: 'Only',
            options: [
              { value: 'open', label: 'Not over yet' },
              { value: 'waiting', label: 'Whose turn nobody takes' },
              { value: 'overdue', label: 'Past the deadline' },
            ],
          },
          { name: 'model', label: 'Model', type: 'search', hint: 'Slug' },
          { name: 'from', label: 'From', type: 'date' },
          { name: 'to', label: 'To', type: 'date' },
        ]}
      />
      <List
        label="Jobs"
        path="jobs"
        query={route.value.query}
        columns={JOB_COLUMNS}
        empty="No job fits this search."
      />
    </>
  );
}
