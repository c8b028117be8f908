/**
 * A function that may be called as often as one likes and does its work at most once in `everyMs`: soon after the first call, and
 * once more when there were calls meanwhile. What goes wrong is told to `onError`.
 */
export function coalesce(
  work: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): () => void {
  let isAsked = false;
  let isBusy = false;
  const run = async (): Promise<void> => {
    isAsked = false;
    await work().catch(onError);
    isBusy = false;
    if (isAsked) start();
  };
  const start = (): void => {
    if (isBusy) return;
    isBusy = true;
    setTimeout(() => void run(), everyMs).unref();
  };
  return () => {
    isAsked = true;
    start();
  };
}
