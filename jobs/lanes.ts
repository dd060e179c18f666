/** Work side by side: a few lanes take jobs in the order they were added. */

export type Lanes = {
  /** `job` handles its own failures. */
  readonly add: (job: () => Promise<void>) => void;
  /** Jobs that have not ended. */
  readonly size: () => number;
  /** Resolves when a job ends, after `patienceMs` at the latest. */
  readonly next: (patienceMs: number) => Promise<void>;
  /** Resolves when every job has ended. */
  readonly idle: () => Promise<void>;
};

/** Makes `count` lanes. */
export function createLanes(count: number): Lanes {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  let listeners: (() => void)[] = [];
  const ended = (): Promise<void> => new Promise((resolve) => listeners.push(resolve));
  const start = (): void => {
    while (running < count) {
      const job = waiting.shift();
      if (job === undefined) return;
      running += 1;
      void job().finally(() => {
        running -= 1;
        const told = listeners;
        listeners = [];
        for (const listener of told) listener();
        start();
      });
    }
  };
  const size = (): number => waiting.length + running;
  return {
    add: (job) => {
      waiting.push(job);
      start();
    },
    size,
    next: async (patienceMs) => {
      if (size() === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([ended(), patience]);
      clearTimeout(timer);
    },
    idle: async () => {
      while (size() > 0) await ended();
    },
  };
}
