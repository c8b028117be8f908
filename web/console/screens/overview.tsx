import { useState } from 'preact/hooks';
import type {
  Concern,
  FigureBucket,
  Figures,
  Overview as OverviewData,
  Period,
} from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { plain } from '../../ui/words/words.rules.js';
import { Plot, type Series } from '../plots/plot.js';
import { addressOf } from '../state/route.rules.js';
import { timeZone } from '../state/session.js';
import { bucketLabel, number, roubles, share, span, timeScale } from '../ui/format.rules.js';
import { Chip, Empty, Problem, Section, Table, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';

const REFRESH_MS = 20_000;
const PERIODS: readonly { period: Period; title: string }[] = [
  { period: 'today', title: 'Today' },
  { period: 'week', title: '7 days' },
  { period: 'month', title: '30 days' },
];

/** Whether all is well, what waits, and how it went. */
export function Overview() {
  const { data, problem } = useRead<OverviewData>('overview', REFRESH_MS);
  return (
    <>
      <h1>Overview</h1>
      <Problem text={problem} />
      {data ? <Wellbeing overview={data} /> : problem === null && <Waiting />}
      <FiguresPart />
    </>
  );
}

function Wellbeing({ overview: { concerns, waiting, at } }: { overview: OverviewData }) {
  return (
    <>
      <Section
        title={
          concerns.length === 0 ? 'All is well' : counted(concerns.length, 'thing to know', 'things to know')
        }
        aside={
          <span class="soft">
            as of <When at={at} />
          </span>
        }
      >
        {concerns.length === 0 ? (
          <p class="well">Keys, models, payments, queues and notices are as they should be.</p>
        ) : (
          <ul class="concerns">
            {concerns.map((concern) => (
              <ConcernRow key={concern.title} concern={concern} />
            ))}
          </ul>
        )}
      </Section>
      <Section title="Waiting now">
        {waiting.length === 0 ? (
          <Empty>No video is being made.</Empty>
        ) : (
          <Table
            label="Jobs that wait, by their step"
            rows={waiting}
            keyOf={({ step }) => step}
            columns={[
              {
                title: 'Step',
                cell: ({ step }) => <a href={addressOf(['jobs'], { step })}>{plain('step', step)}</a>,
              },
              { title: 'Jobs', look: 'number', cell: (row) => row.count },
              { title: 'Oldest order', look: 'number', cell: (row) => span(row.oldestS) },
              {
                title: 'Overdue by',
                look: 'number',
                cell: (row) => (row.overdueS < 1 ? 'no' : span(row.overdueS)),
              },
            ]}
          />
        )}
      </Section>
    </>
  );
}

function ConcernRow({ concern: { severity, title, detail, since, link } }: { concern: Concern }) {
  return (
    <li class={`concern is-${severity}`}>
      <Chip tone={severity === 'act' ? 'bad' : 'warn'}>{severity === 'act' ? 'Act' : 'Know'}</Chip>
      <div>
        <h3>{link ? <a href={link}>{title}</a> : title}</h3>
        <p>{detail}</p>
        {since && (
          <p class="soft">
            since <When at={since} />
          </p>
        )}
      </div>
    </li>
  );
}

function FiguresPart() {
  const [period, setPeriod] = useState<Period>('today');
  const { data, problem, isBusy } = useRead<Figures>(`figures?period=${period}`, REFRESH_MS * 3);
  return (
    <Section
      title="Figures"
      aside={
        <div class="choice" role="group" aria-label="Period">
          {PERIODS.map((one) => (
            <button
              key={one.period}
              type="button"
              class="button"
              aria-pressed={one.period === period}
              onClick={() => setPeriod(one.period)}
            >
              {one.title}
            </button>
          ))}
        </div>
      }
    >
      <Problem text={problem} />
      {data ? <FiguresView figures={data} /> : isBusy && <Waiting />}
    </Section>
  );
}

function FiguresView({ figures }: { figures: Figures }) {
  const { totals, buckets, bucket, reasons, models, prompts, kieCreditPriceKopecks: price } = figures;
  const labels = buckets.map(({ from }) => bucketLabel(from, bucket, timeZone()));
  const of = (name: string, value: (row: FigureBucket) => number | null): Series => ({
    name,
    values: buckets.map(value),
  });
  const time = timeScale(Math.max(0, ...buckets.map(({ p99S }) => p99S ?? 0)));
  const cost = price === null ? null : totals.kieCredits * price;
  return (
    <>
      <ul class="tiles">
        <Tile title="Videos ordered" value={String(totals.ordered)} />
        <Tile
          title="Success rate"
          value={share(totals.completed, totals.completed + totals.failed)}
          note={`${totals.completed} made, ${totals.failed} failed, ${totals.cancelled} cancelled`}
        />
        <Tile
          title="Time to video"
          value={span(totals.p50S)}
          note={`p90 ${span(totals.p90S)}, p99 ${span(totals.p99S)}`}
        />
        <Tile
          title="Received"
          value={roubles(totals.receivedKopecks)}
          note={[
            counted(totals.payments, 'payment'),
            totals.refundedKopecks > 0 && `${roubles(totals.refundedKopecks)} given back`,
            totals.receivedStars !== 0 && `and ${number(totals.receivedStars)} Stars`,
          ]
            .filter(Boolean)
            .join(', ')}
        />
        <Tile
          title="Earned by videos"
          value={roubles(totals.earnedKopecks)}
          note={`what the credits of finished videos had cost${totals.earnedStars ? `; and ${number(totals.earnedStars)} Stars` : ''}`}
        />
        {cost === null ? (
          <Tile
            title="KIE"
            value={`${number(totals.kieCredits)} credits`}
            note="set KIE_CREDIT_PRICE_KOPECKS to see a margin"
          />
        ) : (
          <Tile
            title="Margin over KIE"
            value={roubles(totals.earnedKopecks - cost)}
            note={`earned − ${roubles(cost)} for ${number(totals.kieCredits)} of KIE's credits; before language models, servers, fees and taxes`}
          />
        )}
      </ul>
      <div class="plots">
        <Plot
          title="Videos that ended"
          kind="stacked"
          labels={labels}
          format={number}
          empty="No video ended in this time."
          series={[
            of('made', (row) => row.completed),
            of('failed', (row) => row.failed),
            of('cancelled', (row) => row.cancelled),
          ]}
        />
        <Plot
          title="Success rate, %"
          kind="lines"
          labels={labels}
          format={number}
          empty="No video ended in this time."
          series={[
            of('made, of those that ended', (row) =>
              row.completed + row.failed === 0
                ? null
                : Math.round((row.completed / (row.completed + row.failed)) * 100),
            ),
          ]}
        />
        <Plot
          title={`Time from the order to the video, ${time.unit}`}
          kind="lines"
          labels={labels}
          format={number}
          empty="No video was made in this time."
          series={[
            of('half within (p50)', (row) => time.of(row.p50S)),
            of('p90', (row) => time.of(row.p90S)),
            of('p99', (row) => time.of(row.p99S)),
          ]}
        />
        <Plot
          title={price === null ? 'Money, ₽' : 'Money and the cost of KIE, ₽'}
          kind="grouped"
          labels={labels}
          format={(value) => number(Math.round(value))}
          empty="No money moved in this time."
          series={[
            of('received', (row) => row.receivedKopecks / 100),
            of('earned by videos', (row) => row.earnedKopecks / 100),
            ...(price === null ? [] : [of('spent at KIE', (row) => (row.kieCredits * price) / 100)]),
          ]}
        />
      </div>
      <div class="plots">
        <Breakdown
          title="Why videos failed"
          rows={reasons.map(({ reason, count }) => [reason, count])}
          to="reason"
        />
        <Breakdown title="Who wrote the prompts" rows={prompts.map(({ source, count }) => [source, count])} />
      </div>
      {models.length > 0 && (
        <Table
          label="Models"
          rows={models}
          keyOf={({ model }) => model}
          columns={[
            { title: 'Model', cell: ({ model }) => <a href={addressOf(['jobs'], { model })}>{model}</a> },
            { title: 'Made', look: 'number', cell: (row) => row.completed },
            { title: 'Failed', look: 'number', cell: (row) => row.failed },
            { title: 'Half within', look: 'number', cell: (row) => span(row.p50S) },
            { title: "KIE's credits", look: 'number', cell: (row) => number(row.kieCredits) },
          ]}
        />
      )}
    </>
  );
}

function Tile({ title, value, note }: { title: string; value: string; note?: string }) {
  return (
    <li class="tile">
      <h3>{title}</h3>
      <p class="tile-value">{value}</p>
      {note && <p class="soft">{note}</p>}
    </li>
  );
}

/** Counts beside bars of their length. */
function Breakdown({ title, rows, to }: { title: string; rows: [string, number][]; to?: string }) {
  const max = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      {rows.length === 0 ? (
        <Empty>Nothing in this time.</Empty>
      ) : (
        <ul class="breakdown">
          {rows.map(([name, count]) => (
            <li key={name}>
              <span>
                {to ? (
                  <a href={addressOf(['jobs'], { [to]: name })}>{name.replaceAll('_', ' ')}</a>
                ) : (
                  name.replaceAll('_', ' ')
                )}
              </span>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="is-series-0" width={(count / max) * 100} height={8} rx={2} />
              </svg>
              <strong>{count}</strong>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
