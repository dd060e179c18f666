/** The part of a pino logger this adapter needs. Fields never carry bodies, tokens or form answers. */
type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export type Log = {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
};

/**
 * What may be logged of an error: its name, its code and where it arose. The message is left out
 * because it may quote what a user wrote (a JSON or database error does).
 */
export function traceOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? String(error.code) : undefined;
  return {
    errorName: error.name,
    ...(code === undefined ? {} : { errorCode: code }),
    errorAt: frames.slice(0, 8).map((line) => line.trim()),
  };
}
