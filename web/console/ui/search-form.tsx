import { addressOf } from '../state/route.rules.js';
import { route } from '../state/route.js';
import { textOf } from './form-text.js';

/** A field of a search; with `options` a choice of words. */
export interface SearchField {
  name: string;
  label: string;
  type?: 'search' | 'date';
  hint?: string;
  options?: readonly { value: string; label: string }[];
}

/** A search whose fields stand in the address, so that it can be kept, sent and gone back to. */
export function SearchForm({ path, fields }: { path: string; fields: readonly SearchField[] }) {
  const { query } = route.value;
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const values = fields.map(({ name }) => [name, textOf(given, name).trim()]);
    location.hash = addressOf([path], Object.fromEntries(values) as Record<string, string>);
  };
  return (
    // Keyed, so that the fields say what the address says after every way to it.
    <form class="search" role="search" key={JSON.stringify(query)} onSubmit={search}>
      {fields.map((field) => (
        <label class={field.name === 'text' ? 'search-field is-text' : 'search-field'} key={field.name}>
          <span>{field.label}</span>
          <Field field={field} value={query[field.name] ?? ''} />
        </label>
      ))}
      <div class="search-buttons">
        <button type="submit" class="button is-main">
          Search
        </button>
        {Object.keys(query).length > 0 && (
          <a class="button" href={addressOf([path])}>
            Clear
          </a>
        )}
      </div>
    </form>
  );
}

function Field({ field, value }: { field: SearchField; value: string }) {
  const { name, options, type = 'search', hint } = field;
  if (type === 'date') return <input class="input" name={name} type="date" defaultValue={value} />;
  if (!options)
    return <input class="input" name={name} type="search" defaultValue={value} placeholder={hint} />;
  return (
    <select class="input" name={name}>
      <option value="" selected={value === ''}>
        Any
      </option>
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={value === option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** A choice of the application's own words. */
export function choicesOf(words: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
