import { useState } from 'preact/hooks';
import type { FigureBucket, Figures, Period } from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { Breakdown } from '../plots/breakdown.js';
import { Plot, type Series } from '../plots/plot.js';
import { addressOf } from '../state/route.rules.js';
import { timeZone } from '../state/who.js';
import { bucketLabel, number, roubles, share, span, timeScale } from '../ui/format.rules.js';
import { Problem, Section, Table, Waiting } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';

const REFRESH_MS = 60_000;
const PERIODS: readonly { period: Period; title: string }[] = [
  { period: 'today', title: 'Today' },
  { period: 'week', title: '7 days' },
  { period: 'month', title: '30 days' },
];

/** What was ordered, made, earned and spent. */
export function FiguresPart() {
  const [period, setPeriod] = useState<Period>('today');
  const { data, problem, isBusy } = useRead<Figures>(`figures?period=${period}`, REFRESH_MS);
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
  const { reasons, models, prompts } = figures;
  return (
    <>
      <ul class="tiles">
        <VideoTiles figures={figures} />
        <MoneyTiles figures={figures} />
      </ul>
      <div class="plots">
        <VideoPlots figures={figures} />
        <MoneyPlots figures={figures} />
      </div>
      <div class="plots">
        <Breakdown
          title="Why videos failed"
          rows={reasons.map(({ reason, count }) => ({
            name: reason.replaceAll('_', ' '),
            value: count,
            text: String(count),
            href: addressOf(['jobs'], { reason }),
          }))}
          empty="Nothing in this time."
        />
        <Breakdown
          title="Who wrote the prompts"
          rows={prompts.map(({ source, count }) => ({
            name: source.replaceAll('_', ' '),
            value: count,
            text: String(count),
          }))}
          empty="Nothing in this time."
        />
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

function VideoTiles({ figures: { totals } }: { figures: Figures }) {
  const { ordered, completed, failed, cancelled, p50S, p90S, p99S } = totals;
  return (
    <>
      <Tile title="Videos ordered" value={String(ordered)} />
      <Tile
        title="Success rate"
        value={share(completed, completed + failed)}
        note={`${completed} made, ${failed} failed, ${cancelled} cancelled`}
      />
      <Tile title="Time to video" value={span(p50S)} note={`p90 ${span(p90S)}, p99 ${span(p99S)}`} />
    </>
  );
}

function MoneyTiles({ figures: { totals, kieCreditPriceKopecks: price } }: { figures: Figures }) {
  const {
    receivedKopecks,
    receivedStars,
    refundedKopecks,
    payments,
    earnedKopecks,
    earnedStars,
    kieCredits,
  } = totals;
  const received = [
    counted(payments, 'payment'),
    refundedKopecks > 0 && `${roubles(refundedKopecks)} given back`,
    receivedStars !== 0 && `and ${number(receivedStars)} Stars`,
  ];
  const stars = earnedStars === 0 ? '' : `; and ${number(earnedStars)} Stars`;
  const cost = price === null ? null : kieCredits * price;
  return (
    <>
      <Tile title="Received" value={roubles(receivedKopecks)} note={received.filter(Boolean).join(', ')} />
      <Tile
        title="Earned by videos"
        value={roubles(earnedKopecks)}
        note={`what the credits of finished videos had cost${stars}`}
      />
      {cost === null ? (
        <Tile
          title="KIE"
          value={`${number(kieCredits)} credits`}
          note="set KIE_CREDIT_PRICE_KOPECKS to see a margin"
        />
      ) : (
        <Tile
          title="Margin over KIE"
          value={roubles(earnedKopecks - cost)}
          note={`earned − ${roubles(cost)} for ${number(kieCredits)} of KIE's credits; before language models, servers, fees and taxes`}
        />
      )}
    </>
  );
}

/** The plots' rows of one value each. */
function seriesOf(figures: Figures) {
  const { buckets, bucket } = figures;
  const labels = buckets.map(({ from }) => bucketLabel(from, bucket, timeZone()));
  const of = (name: string, value: (row: FigureBucket) => number | null): Series => ({
    name,
    values: buckets.map(value),
  });
  return { labels, of };
}

function VideoPlots({ figures }: { figures: Figures }) {
  const { labels, of } = seriesOf(figures);
  const time = timeScale(Math.max(0, ...figures.buckets.map(({ p99S }) => p99S ?? 0)));
  return (
    <>
      <Plot
        title="Videos ordered"
        kind="stacked"
        labels={labels}
        format={number}
        empty="No video was ordered in this time."
        series={[of('ordered', (row) => row.ordered)]}
      />
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
        series={[of('made, of those that ended', successRate)]}
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
    </>
  );
}

function successRate({ completed, failed }: FigureBucket): number | null {
  return completed + failed === 0 ? null : Math.round((completed / (completed + failed)) * 100);
}

function MoneyPlots({ figures }: { figures: Figures }) {
  const { labels, of } = seriesOf(figures);
  const { kieCreditPriceKopecks: price } = figures;
  const look = {
    kind: 'grouped',
    labels,
    format: (value: number) => number(Math.round(value)),
    empty: 'No money moved in this time.',
  } as const;
  return (
    <>
      <Plot
        {...look}
        title={price === null ? 'Money, ₽' : 'Money and the cost of KIE, ₽'}
        series={[
          of('received', (row) => row.receivedKopecks / 100),
          of('earned by videos', (row) => row.earnedKopecks / 100),
          ...(price === null ? [] : [of('spent at KIE', (row) => (row.kieCredits * price) / 100)]),
        ]}
      />
      {price !== null && (
        <Plot
          {...look}
          title="Margin over KIE, ₽"
          series={[of('earned − spent at KIE', (row) => (row.earnedKopecks - row.kieCredits * price) / 100)]}
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
