import type { KieKeyView, ModelView, SwitchView } from '../../../src/modules/console/protocol.js';
import { Deeds } from './action-dialog.js';

/** What can be done with a key. */
export function KeyActions({ kieKey }: { kieKey: KieKeyView }) {
  const { fingerprint, parked, offSince } = kieKey;
  return (
    <Deeds
      deeds={[
        offSince === null && {
          title: 'Set aside',
          action: 'kie_key_set_aside',
          subject: fingerprint,
          isDangerous: true,
          explains: (
            <p>
              No new task is made with the key {fingerprint} until it is brought back. Its tasks that are
              under way are still asked about.
            </p>
          ),
          done: () => 'The key is set aside.',
        },
        (parked !== null || offSince !== null) && {
          title: 'Bring back',
          action: 'kie_key_brought_back',
          subject: fingerprint,
          explains: (
            <p>The key {fingerprint} is used again. If KIE refuses it again, it is out of use once more.</p>
          ),
          done: () => 'The key is back.',
        },
      ]}
    />
  );
}

/** What can be done with a model. */
export function ModelActions({ model }: { model: ModelView }) {
  const { id, title, status, setAside, offSince } = model;
  if (status === 'retired') return null;
  return (
    <Deeds
      deeds={[
        offSince === null && {
          title: 'Set aside',
          action: 'model_set_aside',
          subject: id,
          isDangerous: true,
          explains: (
            <p>
              Nothing new is made with {title} until it is brought back. Orders go to the next model that
              costs people no more; where none is left they fail, and their credits go back.
            </p>
          ),
          done: () => 'The model is set aside.',
        },
        (offSince !== null || setAside !== null) && {
          title: 'Bring back',
          action: 'model_brought_back',
          subject: id,
          explains: <p>{title} is used again. If KIE refuses it again, it is set aside for a while.</p>,
          done: () => 'The model is back.',
        },
      ]}
    />
  );
}

const CONSEQUENCES: Readonly<Record<SwitchView['name'], { on: string; off: string }>> = {
  maintenance: {
    on: 'Everybody but operators is told that work is going on, whatever they do in the bot. Videos that were ordered are made.',
    off: 'The bot is open for everybody again.',
  },
  orders_stopped: {
    on: 'Whoever wants to order a video is told that it is not possible at the moment, and is charged nothing.',
    off: 'Videos can be ordered again.',
  },
};

/** What can be done with a switch. */
export function SwitchActions(props: { name: SwitchView['name']; isOn: boolean }) {
  const { name, isOn } = props;
  const deed = {
    title: isOn ? 'Switch off' : 'Switch on',
    action: isOn ? 'switch_off' : 'switch_on',
    subject: name,
    isDangerous: !isOn,
    explains: <p>{isOn ? CONSEQUENCES[name].off : CONSEQUENCES[name].on}</p>,
    done: () => (isOn ? 'It is off.' : 'It is on.'),
  };
  return <Deeds deeds={[deed]} />;
}
