import type {
  AuditView,
  LateNoticeView,
  NoticeView,
  PersonRef,
  ReconciliationView,
} from '../../../src/modules/console/protocol.js';
import { plain } from '../../ui/words/words.rules.js';
import { Chip, Empty, Person, Problem, Section, Table, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';

type DroppedNotice = NoticeView & { person: PersonRef };

/** What was compared, and what could not be told. */
export function Checks() {
  const audits = useRead<{ rows: AuditView[] }>('audits');
  const reports = useRead<{ rows: ReconciliationView[] }>('reconciliations');
  const late = useRead<{ rows: LateNoticeView[] }>('late-notices');
  const notices = useRead<{ rows: DroppedNotice[] }>('dropped-notices');
  return (
    <>
      <h1>Checks</h1>
      <Section title="Nightly audit of credits">
        <Problem text={audits.problem} />
        {audits.data ? <Audits rows={audits.data.rows} /> : <Waiting />}
      </Section>
      <Section title="Daily reconciliation of payments">
        <Problem text={reports.problem} />
        {reports.data ? <Reports rows={reports.data.rows} /> : <Waiting />}
      </Section>
      <Section title="Late notices">
        <Problem text={late.problem} />
        {late.data ? <Late rows={late.data.rows} /> : <Waiting />}
      </Section>
      <Section title="Notices that were given up">
        <Problem text={notices.problem} />
        {notices.data ? <Dropped rows={notices.data.rows} /> : <Waiting />}
      </Section>
    </>
  );
}

function Audits({ rows }: { rows: readonly AuditView[] }) {
  if (rows.length === 0) return <Empty>Nothing was audited yet: the scheduler does it every night.</Empty>;
  const findings = rows[0]?.findings ?? [];
  return (
    <>
      <Table
        label="Audits"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { title: 'Begun', cell: ({ startedAt }) => <When at={startedAt} /> },
          { title: 'Found', cell: ({ drift }) => <Drift drift={drift} /> },
          { title: 'Rows looked at', look: 'number', cell: ({ rowsChecked }) => rowsChecked ?? '–' },
          { title: 'Attempt', look: 'wide number', cell: ({ attempt }) => attempt },
          { title: 'Last error', look: 'wide', cell: ({ lastError }) => lastError ?? '–' },
        ]}
      />
      {findings.length > 0 && (
        <Table
          label="What the newest audit found"
          rows={findings}
          keyOf={({ check, row }) => `${check} ${row}`}
          columns={[
            { title: 'Check', cell: ({ check }) => check },
            { title: 'Row', cell: ({ row }) => <span class="mono">{row}</span> },
            { title: 'Detail', cell: ({ detail }) => detail },
          ]}
        />
      )}
    </>
  );
}

function Drift({ drift }: { drift: number | null }) {
  if (drift === null) return <Chip tone="busy">Not finished</Chip>;
  return drift === 0 ? <Chip tone="good">No drift</Chip> : <Chip tone="bad">{drift} rows of drift</Chip>;
}

function Reports({ rows }: { rows: readonly ReconciliationView[] }) {
  if (rows.length === 0) return <Empty>Nothing was compared yet: the scheduler does it once a day.</Empty>;
  return (
    <>
      {rows.map((report) => (
        <article class="card" key={report.id}>
          <h3>
            {plain('paymentProvider', report.provider)} <Verdict report={report} />
          </h3>
          <p class="soft">
            from <When at={report.fromAt} /> to <When at={report.toAt} />
            {report.attempt > 1 && `, attempt ${report.attempt}`}
          </p>
          {report.lastError && <p class="problem">{report.lastError}</p>}
          {report.differences.length > 0 && (
            <Table
              label="Differences"
              rows={report.differences}
              keyOf={({ kind, subject }) => `${kind} ${subject}`}
              columns={[
                { title: 'What', cell: ({ kind }) => kind.replaceAll('_', ' ') },
                { title: 'About', cell: ({ subject }) => <span class="mono">{subject}</span> },
                { title: 'Detail', cell: ({ detail }) => detail },
              ]}
            />
          )}
          {report.differencesTotal > report.differences.length && (
            <p class="soft">and {report.differencesTotal - report.differences.length} more</p>
          )}
          <Counts counts={report.counts} />
        </article>
      ))}
    </>
  );
}

function Verdict({ report }: { report: ReconciliationView }) {
  if (report.finishedAt === null) return <Chip tone="busy">Not finished</Chip>;
  if (report.differencesTotal === 0) return <Chip tone="good">No difference</Chip>;
  return <Chip tone="bad">{report.differencesTotal} differences</Chip>;
}

function Counts({ counts }: { counts: Record<string, number> }) {
  const rows = Object.entries(counts);
  if (rows.length === 0) return null;
  return (
    <details class="details">
      <summary>What was compared</summary>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Late({ rows }: { rows: readonly LateNoticeView[] }) {
  if (rows.length === 0) return <Empty>None: what people are to be told is on time.</Empty>;
  return (
    <Table
      label="Late notices"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Was due', cell: ({ dueAt }) => <When at={dueAt} /> },
        { title: 'Person', cell: ({ person }) => <Person person={person} /> },
        { title: 'What', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'Tries', look: 'number', cell: ({ attempts }) => attempts },
        { title: 'Last error', cell: ({ lastError }) => lastError ?? '–' },
      ]}
    />
  );
}

function Dropped({ rows }: { rows: readonly DroppedNotice[] }) {
  if (rows.length === 0) return <Empty>None.</Empty>;
  return (
    <Table
      label="Notices that were given up"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Given up', cell: ({ droppedAt }) => <When at={droppedAt} /> },
        { title: 'Person', cell: ({ person }) => <Person person={person} /> },
        { title: 'What', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'Tries', look: 'number', cell: ({ attempts }) => attempts },
        { title: 'Last error', cell: ({ lastError }) => lastError ?? '–' },
      ]}
    />
  );
}
