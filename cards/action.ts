/** Typed actions: one definition builds the reference on a button and registers its handler. */
import type { z } from 'zod';

/** What a button carries: ids and the revision it showed, nothing else. Values are strings or numbers so that every surface can carry them. */
export type ActionPayload = Readonly<Record<string, string | number>>;

export type ActionRef = { readonly id: string; readonly payload: ActionPayload };

export type ActionDefinition<P extends ActionPayload> = {
  (payload: P): ActionRef;
  readonly id: string;
  readonly schema: z.ZodType<P>;
};

/** Defines the action `id` (`feature.verb`) whose payload is checked by `schema`. */
export function defineAction<P extends ActionPayload>(
  id: string,
  schema: z.ZodType<P>,
): ActionDefinition<P> {
  const build = (payload: P): ActionRef => ({ id, payload });
  return Object.assign(build, { id, schema });
}
