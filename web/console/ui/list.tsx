import { Empty, Problem, Table, Waiting, type Column } from './parts.js';
import { useList } from './use-read.js';

/** A list of the API, a page at a time. */
export function List<Row extends { id: string }>(props: {
  label: string;
  path: string;
  query?: Readonly<Record<string, string>>;
  columns: readonly Column<Row>[];
  empty: string;
}) {
  const { label, path, query = {}, columns, empty } = props;
  const { rows, problem, isBusy, more } = useList<Row>(path, query);
  return (
    <>
      <Problem text={problem} />
      {rows.length > 0 && <Table label={label} columns={columns} rows={rows} keyOf={({ id }) => id} />}
      {rows.length === 0 && isBusy && <Waiting />}
      {rows.length === 0 && !isBusy && problem === null && <Empty>{empty}</Empty>}
      {more && (
        <button type="button" class="button" aria-disabled={isBusy} onClick={() => isBusy || more()}>
          {isBusy ? 'Reading…' : 'Show more'}
        </button>
      )}
    </>
  );
}
