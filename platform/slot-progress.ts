/**
 * Acts once in each period in which a count has changed.
 *
 * @returns what ends it
 */
export function whileAdvancing(
  progress: () => number,
  periodMs: number,
  act: () => void,
): NodeJS.Timeout {
  let before = progress();
  return setInterval(() => {
    const now = progress();
    if (now !== before) act();
    before = now;
  }, periodMs).unref();
}
