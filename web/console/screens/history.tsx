import type { HistoryRow, NoticeView } from '../../../src/modules/console/protocol.js';
import { signed } from '../../ui/words/formatting.rules.js';
import { plain } from '../../ui/words/words.rules.js';
import { Chip, Empty, IdLink, Table, When, type Column } from '../ui/parts.js';

/** The columns of every part of the ledger. */
export const HISTORY_COLUMNS: readonly Column<HistoryRow>[] = [
  { title: 'When', cell: ({ at }) => <When at={at} /> },
  { title: 'What', cell: ({ operation }) => plain('operation', operation) },
  { title: 'Credits', look: 'number', cell: ({ amount }) => signed(amount) },
  { title: 'Balance after', look: 'number', cell: ({ balanceAfter }) => balanceAfter },
  {
    title: 'For',
    cell: ({ jobId, paymentId, cause, description }) =>
      (jobId && <IdLink to="jobs" id={jobId} />) ||
      (paymentId && <IdLink to="payments" id={paymentId} />) ||
      (description ?? cause ?? '–'),
  },
];

export function History({ rows, empty }: { rows: readonly HistoryRow[]; empty: string }) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return <Table label="Credits" columns={HISTORY_COLUMNS} rows={rows} keyOf={({ id }) => id} />;
}

/** What a person was told, or is to be. */
export function Notices({ rows }: { rows: readonly NoticeView[] }) {
  if (rows.length === 0) return <Empty>Nothing was to be told.</Empty>;
  return (
    <Table
      label="Notices"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Written', cell: ({ createdAt }) => <When at={createdAt} /> },
        { title: 'What', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'State', cell: (notice) => <NoticeState notice={notice} /> },
        { title: 'Tries', look: 'number', cell: ({ attempts }) => attempts },
        { title: 'Last error', cell: ({ lastError }) => lastError ?? '–' },
      ]}
    />
  );
}

function NoticeState({ notice }: { notice: NoticeView }) {
  if (notice.sentAt) return <Chip tone="good">Sent</Chip>;
  if (notice.droppedAt) return <Chip tone="bad">Given up</Chip>;
  if (notice.parkedAt) return <Chip tone="warn">Waits until they are back</Chip>;
  return <Chip tone="busy">To be sent</Chip>;
}
