/** 代理: who acts for whom, naming a deputy and taking it back. */
import type { Router } from '../bot/router.ts';
import { delegationName, delegationRevoke } from '../cards/actions.ts';
import { type DelegationEntered, delegationCard, deputyCard } from '../cards/delegation.ts';
import type { FormValues } from '../cards/form.ts';
import type { Card, Reply } from '../cards/model.ts';
import { refusalToast } from '../cards/wording.ts';
import { nameDeputy, revokeDeputy, viewDelegations } from '../services/delegation.ts';
import type { Command } from './commands.ts';
import { type Caller, reading } from './reply.ts';

export const delegationCommands: readonly Command[] = [
  {
    word: '代理',
    aliases: ['指定代理人', '代理人', '委托'],
    text: '外出期间指定代理人，或撤销代理',
    run: (caller) => card(caller),
  },
];

export function registerDelegation(router: Router<Caller>): void {
  router.on(delegationName, (caller, _payload, values) => name(caller, values));
  router.on(delegationRevoke, async (caller, { id }) => {
    const result = await revokeDeputy(caller.ctx, id);
    if (!result.ok) return { toast: refusalToast(result.refusal) };
    return { toast: { tone: 'success', text: '已撤销代理' }, replace: await card(caller) };
  });
}

const card = async (caller: Caller, entered?: DelegationEntered): Promise<Card> =>
  delegationCard(await viewDelegations(await reading(caller), caller.person, caller.ctx), entered);

async function name(caller: Caller, values: FormValues): Promise<Reply> {
  const typed = (field: string): string => {
    const value = values[field];
    return typeof value === 'string' ? value : '';
  };
  const entered = { deputy: typed('deputy'), fromOn: typed('fromOn'), toOn: typed('toOn') };
  const result = await nameDeputy(caller.ctx, { ...entered, tell: deputyCard });
  return result.ok
    ? { toast: { tone: 'success', text: '已指定代理人' }, replace: await card(caller) }
    : { toast: refusalToast(result.refusal), replace: await card(caller, entered) };
}
