/** What could not be done, beside what caused it. */
export function Problem({ text }: { text: string | null }) {
  return text ? (
    <p class="panel-problem" role="alert">
      {text}
    </p>
  ) : null;
}
