/** Waiting in real time for what happens in the background. */

/** Resolves as soon as `holds`; @throws after `limitMs` */
export async function eventually(holds: () => Promise<boolean>, limitMs = 15_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
