/** What every administrator's command is given, and how it refuses. */
import { refusalText } from './cards/wording.ts';
import type { Config } from './config.ts';
import type { Refusal } from './domain/refusal.ts';
import type { Context } from './services/context.ts';

export type Output = { readonly json: unknown; readonly lines: readonly string[] };
export type Desk = { readonly config: Config; readonly databaseUrl: string; readonly ctx: Context };
export type Work = (desk: Desk) => Promise<Output>;

/** Why a command was not carried out; printed to stderr, exit code 1. `json` is what `--json` prints all the same. */
export class CommandRefused extends Error {
  readonly json: unknown;
  constructor(reason: string, json?: unknown) {
    super(reason);
    this.json = json;
  }
}

/** The command was written wrongly; exit code 2. */
export class UsageError extends Error {}

export function refuse(reason: string, json?: unknown): never {
  throw new CommandRefused(reason, json);
}

export const refused = (refusal: Refusal): never => refuse(refusalText(refusal));
