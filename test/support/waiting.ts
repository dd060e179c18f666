/** Waiting in real time for what happens in the background. */

/** How long anything may take on a machine that is busy with other things; only a failure ever waits so long. */
export const PATIENCE_MS = 60_000;

/** Does nothing for a while, for what must not happen meanwhile. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves as soon as `holds`; @throws when that takes too long */
export async function eventually(
  holds: () => Promise<boolean> | boolean,
  limitMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await pause(25);
  }
}
