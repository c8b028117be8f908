import type { Supply, SwitchView } from '../../../src/modules/console/protocol.js';
import { SwitchActions } from '../actions/supply-actions.js';
import { Chip, Problem, Waiting, When } from '../ui/parts.js';
import { useRead } from '../ui/use-read.js';

/** What each switch does. */
export const SWITCH_WORDS: Readonly<Record<SwitchView['name'], { title: string; does: string }>> = {
  maintenance: {
    title: 'Maintenance',
    does: 'Closes the bot for everybody but operators, who are told that work is going on. What was begun is finished.',
  },
  orders_stopped: {
    title: 'Stop new orders',
    does: 'Nobody can order a video. Everything else goes on: what was ordered is made, credits can be bought.',
  },
};

/** What can be switched while everything runs. */
export function Switches() {
  const { data, problem } = useRead<Supply>('supply', 15_000);
  return (
    <>
      <h1>Switches</h1>
      <p class="soft">Every process knows within two seconds.</p>
      <Problem text={problem} />
      {!data && problem === null && <Waiting />}
      <div class="cards">
        {data?.switches.map(({ name, onSince }) => (
          <article class="card" key={name}>
            <h2>
              {SWITCH_WORDS[name].title}{' '}
              {onSince ? <Chip tone="warn">On</Chip> : <Chip tone="good">Off</Chip>}
            </h2>
            <p>{SWITCH_WORDS[name].does}</p>
            {onSince && (
              <p class="soft">
                since <When at={onSince} />
              </p>
            )}
            <SwitchActions name={name} isOn={onSince !== null} />
          </article>
        ))}
      </div>
      <p>
        Single models and keys are set aside under <a href="#/supply">Keys and models</a>.
      </p>
    </>
  );
}
