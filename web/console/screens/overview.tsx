import type {
  Concern,
  Overview as OverviewData,
  WaitingStep,
} from '../../../src/modules/console/protocol.js';
import { counted } from '../../ui/words/formatting.rules.js';
import { plain } from '../../ui/words/words.rules.js';
import { Breakdown } from '../plots/breakdown.js';
import { addressOf } from '../state/route.rules.js';
import { span } from '../ui/format.rules.js';
import { Chip, Empty, Problem, Section, Table, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';
import { FiguresPart } from './figures.js';

const REFRESH_MS = 20_000;

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
          <>
            <div class="plots">
              <Ages title="Age of the oldest order, by step" waiting={waiting} of="oldestS" />
              <Ages title="How long a step is overdue" waiting={waiting} of="overdueS" />
            </div>
            <Table
              label="Jobs that wait, by their step"
              rows={waiting}
              keyOf={({ step }) => step}
              columns={[
                {
                  title: 'Step',
                  cell: ({ step }) => (
                    <a href={addressOf(['jobs'], { only: 'open', step })}>{plain('step', step)}</a>
                  ),
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
          </>
        )}
      </Section>
    </>
  );
}

function Ages(props: { title: string; waiting: readonly WaitingStep[]; of: 'oldestS' | 'overdueS' }) {
  const rows = props.waiting.map(({ step, [props.of]: ageS }) => ({
    name: plain('step', step),
    value: ageS,
    text: ageS < 1 ? 'none' : span(ageS),
  }));
  return <Breakdown title={props.title} rows={rows} empty="No video is being made." />;
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
