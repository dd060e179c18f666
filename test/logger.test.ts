import { describe, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';

describe('the log', () => {
  test('an error is written without its words: they may quote what a user typed', () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
    const error = Object.assign(new Error('Failing row contains (机密意见)'), {
      code: '23514',
      detail: '机密意见',
    });
    logger.error({ err: error }, 'pump failed');
    expect(lines.join('')).toContain('23514');
    expect(lines.join('')).not.toContain('机密意见');
  });
});
