/** The routes and the words of the product. */
import type { Router } from '../bot/router.ts';
import type { SendingLimits } from '../domain/rehearsal.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { registerAnswers } from './answers.ts';
import { bulkCommands, registerBulkReview } from './bulk-review.ts';
import { type Commands, createCommands } from './commands.ts';
import { delegationCommands, registerDelegation } from './delegation.ts';
import { launchCommands, registerLaunch } from './launch.ts';
import { listCommands, registerLists } from './lists.ts';
import { registerPeerComment } from './peer-comment.ts';
import type { Caller } from './reply.ts';
import { registerReview } from './review.ts';
import { registerSelfCheck } from './self-check.ts';
import { registerStandIn } from './stand-in.ts';

/** Puts every button on `router`; returns the words. `limits` are those of the messenger the cards will go through. */
export function registerRoutes(
  router: Router<Caller>,
  profiles: readonly LoadedProfile[],
  limits: SendingLimits,
): Commands {
  const commands = createCommands([
    ...listCommands,
    ...bulkCommands,
    ...delegationCommands,
    ...launchCommands(profiles),
  ]);
  registerSelfCheck(router);
  registerAnswers(router);
  registerReview(router);
  registerPeerComment(router);
  registerStandIn(router);
  registerDelegation(router);
  registerBulkReview(router);
  registerLists(router, commands);
  registerLaunch(router, profiles, limits);
  return commands;
}
