import type { Person, Sample } from '../../../../sandbox/page/protocol.js';
import { sampleUrl } from '../../state/api.js';
import { drafts, setDraft } from '../../state/drafts.js';
import { sendSample } from '../../state/sending.js';
import { Menu, MenuItem } from '../ui/menu.js';

interface SamplesProps {
  samples: readonly Sample[];
  person: Person;
  onSent: () => void;
}

/** Product photos of the sandbox. One click sends a photo and types what a seller would write about it. */
export function Samples({ samples, person, onSent }: SamplesProps) {
  if (samples.length === 0) return null;
  const language = person.languageCode?.startsWith('ru') ? 'ru' : 'en';
  const send = async (sample: Sample) => {
    if (!(await sendSample(person.id, sampleUrl(sample.name)))) return;
    // Whatever the person has typed themselves stays.
    const typed = drafts.value.get(person.id) ?? '';
    const isOurs = typed === '' || samples.some(({ descriptions }) => descriptions[language] === typed);
    if (isOurs) setDraft(person.id, sample.descriptions[language]);
    onSent();
  };
  return (
    <Menu label="Sample products" icon="box" place="above-right" class="samples">
      <p class="menu-title" aria-hidden="true">
        One click sends the photo and types its description
      </p>
      <div class="samples-list" role="none">
        {samples.map((sample) => (
          <MenuItem key={sample.name} class="sample" onClick={() => void send(sample)}>
            <img src={sampleUrl(sample.name)} width={96} height={96} alt="" />
            <span>{sample.title}</span>
          </MenuItem>
        ))}
      </div>
    </Menu>
  );
}
