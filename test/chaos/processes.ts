/** The product's processes: real ones, started as in production, killed and frozen from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from './schedule.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A process that ends by itself over and over must not eat the machine. */
const SELF_EXIT_PAUSE_MS = 500;

/** How long a process may take to end when it is asked to; what it compiled is kept for the next run then. */
const DRAIN_MS = 5_000;

const gone = async (child: ChildProcess | null): Promise<void> => {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'exit');
};

export type ProcessPlan = {
  readonly role: Target['role'];
  /** Where a web process listens. */
  readonly port?: number;
};

export type Processes = {
  readonly webPorts: readonly number[];
  /** Kills with -9 and starts again at once; resolves when the new one has been spawned. */
  readonly kill: (target: Target) => Promise<void>;
  /** Stops it from running for `ms`; a kill meanwhile ends that, too. */
  readonly freeze: (target: Target, ms: number) => void;
  /** Resolves when the process works, or after `limitMs`. */
  readonly working: (target: Target, limitMs: number) => Promise<void>;
  /** Lets frozen ones run. */
  readonly thaw: () => void;
  /** Resolves when every process has reported that it works. */
  readonly allWorking: () => Promise<void>;
  /** Real milliseconds from spawn to the report, of every start that was left in peace. */
  readonly startTimes: readonly number[];
  /** What ended by itself, which none of them may: the last thing it said. */
  readonly selfExits: readonly string[];
  readonly starts: () => number;
  readonly close: () => Promise<void>;
};

type Slot = {
  readonly plan: ProcessPlan;
  readonly name: string;
  child: ChildProcess | null;
  isWorking: boolean;
  isMeant: boolean;
  said: string;
  /** Kills of one process wait for each other. */
  turn: Promise<void>;
};

/** Starts all of `plans` with `environment`; their output goes to files in `logDirectory`. */
export function startProcesses(
  plans: readonly ProcessPlan[],
  environment: Readonly<Record<string, string>>,
  logDirectory: string,
): Processes {
  const startTimes: number[] = [];
  const selfExits: string[] = [];
  let starts = 0;
  let isClosing = false;
  const slots = plans.map(
    (plan, index): Slot => ({
      plan,
      name: `${plan.role}${index}`,
      child: null,
      isWorking: false,
      isMeant: false,
      said: '',
      turn: Promise.resolve(),
    }),
  );

  const start = (slot: Slot): void => {
    if (isClosing) return;
    starts += 1;
    const began = performance.now();
    const child = spawn(process.execPath, ['main.ts', '--role', slot.plan.role], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        ...(slot.plan.port === undefined ? {} : { PORT: String(slot.plan.port) }),
      },
    });
    Object.assign(slot, { child, isWorking: false, isMeant: false, said: '' });
    const listen = (chunk: Buffer): void => {
      const text = chunk.toString();
      appendFileSync(join(logDirectory, `${slot.name}.log`), text);
      slot.said = `${slot.said}${text}`.slice(-2_000);
      if (slot.child !== child || slot.isWorking || !slot.said.includes('lianshao started')) return;
      slot.isWorking = true;
      startTimes.push(performance.now() - began);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code, signal) => {
      if (slot.isMeant || isClosing) return;
      selfExits.push(`${slot.name} ended by itself (${code ?? signal}): ${slot.said.slice(-300)}`);
      setTimeout(() => start(slot), SELF_EXIT_PAUSE_MS);
    });
  };

  const end = async (slot: Slot): Promise<void> => {
    const { child } = slot;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    slot.isMeant = true;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };

  const slotOf = ({ role, index }: Target): Slot | undefined => {
    const ofRole = slots.filter(({ plan }) => plan.role === role);
    return ofRole[index % ofRole.length];
  };

  for (const slot of slots) start(slot);
  return {
    webPorts: plans.flatMap(({ port }) => (port === undefined ? [] : [port])),
    startTimes,
    selfExits,
    starts: () => starts,
    kill: (target) => {
      const slot = slotOf(target);
      if (slot === undefined) return Promise.resolve();
      slot.turn = slot.turn.then(async () => {
        await end(slot);
        if (slot.isMeant) start(slot);
      });
      return slot.turn;
    },
    freeze: (target, ms) => {
      const child = slotOf(target)?.child;
      if (child === null || child === undefined) return;
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), ms).unref();
    },
    working: async (target, limitMs) => {
      const deadline = performance.now() + limitMs;
      while (slotOf(target)?.isWorking === false && performance.now() < deadline) await sleep(20);
    },
    thaw: () => {
      for (const { child } of slots) child?.kill('SIGCONT');
    },
    allWorking: async () => {
      while (slots.some(({ isWorking }) => !isWorking)) await sleep(50);
    },
    close: async () => {
      isClosing = true;
      for (const { child } of slots) child?.kill('SIGTERM');
      const ended = Promise.all(slots.map(({ child }) => gone(child)));
      await Promise.race([ended, sleep(DRAIN_MS)]);
      await Promise.all(slots.map(end));
    },
  };
}
