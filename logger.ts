/** The product's logger: errors are written without their messages, which may quote what a user wrote. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { traceOf } from './bot/lark/log.ts';

/** A logger at `level`; to standard output unless told otherwise. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, serializers: { err: traceOf } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
