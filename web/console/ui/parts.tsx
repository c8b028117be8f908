import type { ComponentChildren } from 'preact';
import type { PaymentRow, PersonRef } from '../../../src/modules/console/protocol.js';
import { shortId } from '../../ui/words/formatting.rules.js';
import type { Tone } from '../../ui/words/words.data.js';
import { plain, toneOf } from '../../ui/words/words.rules.js';
import { needsOperator } from '../actions/payment-deeds.rules.js';
import { addressOf } from '../state/route.rules.js';
import { timeZone } from '../state/who.js';
import { moment } from './format.rules.js';

/** A short word about a state. */
export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`chip is-${tone}`}>{children}</span>;
}

export function JobStatus({ status, reason }: { status: string; reason?: string | null }) {
  return (
    <>
      <Chip tone={toneOf('jobStatus', status)}>{plain('jobStatus', status)}</Chip>
      {reason && <span class="soft"> {reason.replaceAll('_', ' ')}</span>}
    </>
  );
}

/** Of what was paid otherwise than it was sold, what the provider's word has become here. */
export function PaymentStatus({ payment }: { payment: PaymentRow }) {
  const { status, settledByHandAt } = payment;
  if (needsOperator(payment)) return <Chip tone="bad">Paid, not credited: needs a person</Chip>;
  if (settledByHandAt !== null) return <Chip>Paid, settled by hand</Chip>;
  return <Chip tone={toneOf('paymentStatus', status)}>{plain('paymentStatus', status)}</Chip>;
}

/** A moment by the clocks of the zone; nothing where there is none. */
export function When({ at }: { at: string | null }) {
  if (at === null) return <span class="soft">–</span>;
  return (
    <time dateTime={at} class="time">
      {moment(at, timeZone())}
    </time>
  );
}

export function Person({ person }: { person: PersonRef }) {
  const name =
    person.tgUserId === null ? 'an erased person' : person.name || person.username || person.tgUserId;
  return <a href={addressOf(['people', person.id])}>{name}</a>;
}

/** A link to something of ours by its id. */
export function IdLink({ to, id }: { to: 'jobs' | 'people' | 'payments'; id: string }) {
  return (
    <a class="mono" href={addressOf([to, id])} title={id}>
      {shortId(id)}
    </a>
  );
}

/** What could not be done. */
export function Problem({ text }: { text: string | null }) {
  return text ? (
    <p class="problem" role="alert">
      {text}
    </p>
  ) : null;
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** A part of a screen with its own heading. */
export function Section(props: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section">
      <header class="section-head">
        <h2>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** Names and values beside each other; what is null or false is left out. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [string, ComponentChildren] | null | false)[];
}) {
  return (
    <dl class="facts">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1] ?? '–'}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A column of a table. */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand to the right; what is `wide` is left out where there is no room. */
  look?: 'number' | 'wide' | 'wide number';
}

/** Rows under headings. Wider than its place it scrolls by itself. */
export function Table<Row>(props: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  const { label, columns, rows, keyOf } = props;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map(({ title, look }) => (
              <th scope="col" class={look} key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, look, cell }) => (
                <td class={look} key={title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a provider answered, or details of ours. */
export function Details({ value, label }: { value: unknown; label: string }) {
  const isEmpty = value === null || value === undefined || JSON.stringify(value) === '{}';
  if (isEmpty) return null;
  return (
    <details class="details">
      <summary>{label}</summary>
      <pre class="json" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}

/** Shown while something is read for the first time. */
export function Waiting() {
  return (
    <p class="waiting" role="status">
      <span class="spinner" aria-hidden="true" /> Reading…
    </p>
  );
}
