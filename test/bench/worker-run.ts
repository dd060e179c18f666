/** The product's working role as a process, told its queue's name and asked for what it has used. */
import { buildApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { createLogger } from '../../logger.ts';

const config = readConfig();
const app = await buildApp({
  config,
  databaseUrl: config.databaseUrl ?? '',
  profiles: [],
  logger: createLogger(config.logLevel),
  role: 'worker',
  queueName: process.argv[2] ?? 'bench',
});

process.on('message', (question) => {
  if (question === 'usage') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, rss: process.memoryUsage.rss() });
    return;
  }
  app.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.send?.('ready');
