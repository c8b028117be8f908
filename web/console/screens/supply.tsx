import type { KieKeyView, ModelView, Supply as SupplyData } from '../../../src/modules/console/protocol.js';
import { KeyActions, ModelActions } from '../actions/supply-actions.js';
import { number } from '../ui/format.rules.js';
import { Chip, Facts, Problem, Section, Table, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';

const REFRESH_MS = 15_000;

/** What videos are made with. */
export function Supply() {
  const { data, problem } = useRead<SupplyData>('supply', REFRESH_MS);
  return (
    <>
      <h1>Keys and models</h1>
      <Problem text={problem} />
      {data ? <SupplyParts supply={data} /> : problem === null && <Waiting />}
    </>
  );
}

function SupplyParts({ supply }: { supply: SupplyData }) {
  const { keys, models, modelNotes, breakers, creationSlots, minCredits } = supply;
  return (
    <>
      <Section
        title="Keys of KIE"
        aside={
          <span class="soft">
            {creationSlots.used} creations in the last 10 s; the pace is {creationSlots.max}
          </span>
        }
      >
        <div class="cards">
          {keys.map((key) => (
            <KeyCard key={key.fingerprint} kieKey={key} minCredits={minCredits} />
          ))}
        </div>
      </Section>
      <Section title="Models">
        {modelNotes.map((note) => (
          <p class="note" key={note}>
            {note}
          </p>
        ))}
        <Table
          label="Models"
          rows={[...models].sort((a, b) => (a.fallbackOrder ?? 99) - (b.fallbackOrder ?? 99))}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Model',
              cell: ({ title, id }) => (
                <>
                  <strong>{title}</strong> <span class="soft mono">{id}</span>
                </>
              ),
            },
            { title: 'Order', look: 'number', cell: ({ fallbackOrder }) => fallbackOrder ?? '–' },
            { title: 'Offered', cell: ({ isOffered }) => (isOffered ? 'yes' : 'no') },
            { title: 'Credits', look: 'wide number', cell: ({ creditsPerVideo }) => creditsPerVideo },
            {
              title: "KIE's credits",
              look: 'wide number',
              cell: ({ kieCreditsPerVideo }) => number(kieCreditsPerVideo),
            },
            { title: 'State', cell: (model) => <ModelState model={model} /> },
            { title: 'Do', cell: (model) => <ModelActions model={model} /> },
          ]}
        />
      </Section>
      {breakers.length > 0 && (
        <Section title="Left alone for a while">
          <Table
            label="Breakers"
            rows={breakers}
            keyOf={({ name }) => name}
            columns={[
              { title: 'What', cell: ({ name }) => name },
              { title: 'Because', cell: ({ reason }) => reason },
              { title: 'Since', cell: ({ openedAt }) => <When at={openedAt} /> },
              { title: 'Until', cell: ({ openUntil }) => <When at={openUntil} /> },
              { title: 'Times', look: 'number', cell: ({ times }) => times },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function KeyCard({ kieKey, minCredits }: { kieKey: KieKeyView; minCredits: number }) {
  const { fingerprint, position, credits, readAt, lowSince, failedSince, parked, offSince } = kieKey;
  return (
    <article class="card">
      <h3>
        {position}. <span class="mono">{fingerprint}</span>{' '}
        {parked === null && offSince === null ? (
          <Chip tone="good">Serves</Chip>
        ) : (
          <Chip tone="bad">Out of use</Chip>
        )}
      </h3>
      <Facts
        facts={[
          [
            'Balance',
            <>
              {credits === null ? 'not told yet' : `${number(credits)} of KIE's credits`}{' '}
              {lowSince && <Chip tone="warn">below {minCredits}</Chip>}
            </>,
          ],
          ['Asked', <When at={readAt} />],
          failedSince !== null && ['No answer since', <When at={failedSince} />],
          parked !== null && ['KIE said', parked.refusedWith],
          parked !== null && ['Out of use since', <When at={parked.since} />],
          parked !== null && parked.askAt !== null && ['Asked again', <When at={parked.askAt} />],
          offSince !== null && ['Set aside since', <When at={offSince} />],
        ]}
      />
      <KeyActions kieKey={kieKey} />
    </article>
  );
}

function ModelState({
  model: { status, setAside, offSince, fallbackOrder, isOffered },
}: {
  model: ModelView;
}) {
  if (status === 'retired') return <Chip>Retired</Chip>;
  if (offSince) return <Chip tone="bad">Set aside by an operator</Chip>;
  if (setAside)
    return (
      <>
        <Chip tone="warn">KIE does not serve it</Chip> <span class="soft">{setAside.reason}</span>
      </>
    );
  return fallbackOrder === null && !isOffered ? <Chip>Not used</Chip> : <Chip tone="good">Serves</Chip>;
}
